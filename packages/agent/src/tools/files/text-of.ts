import type { ToolSession } from '../tool-session.ts'

/** Larger files are replaced without a diff. */
const mostBytes = 2_000_000

/** The text of a file as it is now, for a diff: '' where there is none yet, null where it is too large or no text. */
export async function textOf({ workspace }: ToolSession, path: string): Promise<string | null> {
  const entry = workspace.find(path)
  if (entry === undefined) return ''
  if (entry.type !== 'file' || entry.bytes > mostBytes) return null
  const { bytes } = await workspace.read(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
