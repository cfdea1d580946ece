import { join } from 'node:path'
import { deleteWorkspace, openWorkspace, type Workspace, workspaceHome } from '@reynard/sandbox'

/** The folders of files that conversations with an assistant have, each opened once so that its changes come one after the other. */
export type Workspaces = {
  /** Made where it is new. Errors are `SandboxError`s. */
  open(conversationId: string): Promise<Workspace>
  /** Removes it for good; nothing happens where there is none. */
  remove(conversationId: string): Promise<void>
}

/** What one workspace may hold. */
const limits = { bytes: 1024 ** 3, entries: 100_000 }

/** Workspaces in the folder `workspaces` of the data folder, named by the conversation. */
export function createWorkspaces(dataDir: string): Workspaces {
  const base = join(dataDir, 'workspaces')
  const opened = new Map<string, Promise<Workspace>>()
  return {
    async open(conversationId) {
      const there = opened.get(conversationId) ?? openWorkspace(workspaceHome(base, conversationId), limits)
      opened.set(conversationId, there)
      try {
        return await there
      } catch (error) {
        opened.delete(conversationId)
        throw error
      }
    },
    async remove(conversationId) {
      opened.delete(conversationId)
      await deleteWorkspace(workspaceHome(base, conversationId))
    },
  }
}
