import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { ArchiveEntry, PlannedEntry } from './extract-plan.ts'

export type ExtractOptions = {
  /** A folder of the workspace, made where it is missing; its root unless told. */
  into?: string
  /**
   * Where a `.git` folder of the archive goes: to `git` of this workspace, which no tool sees and from where a `GitRepository` imports it.
   * Left out unless told.
   */
  git?: Workspace
  /** 2,000 unless told. */
  maxEntries?: number
  signal?: AbortSignal
}
/** `gitFiles` counts what a `.git` folder held of objects and names. */
export type Extracted = { files: number; bytes: number; gitFiles: number }

/** All that an import looks at; hooks and configuration stay in the archive. */
const gitData = /^(?:HEAD|packed-refs|shallow|commondir|(?:objects|refs)\/.+)$/

/**
 * Writes what was planned, as `work` comes to each entry. Where that does not end well, all that was made goes again. Throws what `work`
 * throws, and `aborted`.
 */
export async function writePlan<Entry extends ArchiveEntry>(
  workspace: Workspace,
  { git, signal }: ExtractOptions,
  work: (write: (one: PlannedEntry<Entry>, content: AsyncIterable<Uint8Array>) => Promise<void>) => Promise<void>,
): Promise<Extracted> {
  const done: Extracted = { files: 0, bytes: 0, gitFiles: 0 }
  const made = new Set<string>()
  try {
    await work(async (one, content) => {
      if (signal?.aborted) throw new SandboxError('aborted', 'This was stopped.')
      if ('gitPath' in one) {
        if (one.isFolder || !gitData.test(one.gitPath)) return
        done.gitFiles++
        await git?.write(`git/${one.gitPath}`, content, { exclusive: true, signal })
        return
      }
      made.add(firstMissing(workspace, one.path) ?? one.path)
      if (one.isFolder) {
        await workspace.makeFolder(one.path)
        return
      }
      const { bytes } = await workspace.write(one.path, content, { exclusive: true, signal })
      done.files++
      done.bytes += bytes
    })
  } catch (error) {
    for (const path of made) if (workspace.find(path)) await workspace.discard(path)
    throw error
  }
  return done
}

/** The uppermost part of a path that does not exist yet: what has to go again when the rest fails. */
function firstMissing(workspace: Workspace, path: string): string | undefined {
  const segments = path.split('/')
  const parts = segments.map((_, index) => segments.slice(0, index + 1).join('/'))
  return parts.find((part) => !workspace.find(part))
}

export const tooMany = (limit: number) => new SandboxError('too-many', `The archive has more than ${limit} entries.`)
