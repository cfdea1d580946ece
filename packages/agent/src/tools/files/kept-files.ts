import { keptOutput, parsePath, type Workspace } from '@reynard/sandbox'
import type { ToolSession } from '../tool-session.ts'

/** Where a file is read: a folder of this machine has what was kept for the model beside it, under names that are looked for there first. */
export function placeOf({ workspace, kept }: Pick<ToolSession, 'workspace' | 'kept'>, path: string): Workspace {
  if (kept === workspace) return workspace
  const [folder] = parsePath(path)
  return folder === keptOutput && kept.find(path)?.type === 'file' ? kept : workspace
}
