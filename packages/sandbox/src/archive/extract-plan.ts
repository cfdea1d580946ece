import { isGitFolder, newName, parsePath } from '../files/path-rules.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'

/** What an archive says of an entry. `isOther`: it is neither file nor folder. */
export type ArchiveEntry = { name: string; isFolder: boolean; isEncrypted: boolean; isOther: boolean }
/** Where an entry goes: `path` in the workspace, or `gitPath` within the archive's `.git` folder. */
export type PlannedEntry<Entry extends ArchiveEntry> = { entry: Entry; isFolder: boolean } & (
  | { path: string }
  | { gitPath: string }
)

/**
 * Looks at all entries of an archive before anything is written. Throws `denied` for links, devices, encryption, two entries that are one on
 * some file system, and files that exist already; `bad-path` for names that climb, are absolute, or can't be the name of a new file.
 */
export function planExtraction<Entry extends ArchiveEntry>(
  workspace: Workspace,
  into: string,
  entries: readonly Entry[],
): PlannedEntry<Entry>[] {
  const base = parsePath(into)
  const seen = new Map<string, 'file' | 'folder'>()
  const claim = (segments: string[], kind: 'file' | 'folder') => {
    const key = segments.join('/').normalize('NFKC').toLowerCase()
    const before = seen.get(key)
    if (before && (before === 'file' || kind === 'file')) throw refuse('denied', segments.join('/'), 'is in it twice')
    seen.set(key, kind)
  }
  const plan: PlannedEntry<Entry>[] = []
  for (const entry of entries) {
    const { isFolder } = checkKind(entry)
    const segments = checkName(entry.name)
    const git = segments.slice(0, 2).indexOf('.git')
    if (git >= 0) {
      plan.push({ entry, isFolder, gitPath: segments.slice(git + 1).join('/') })
      continue
    }
    if (segments.some(isGitFolder)) throw refuse('denied', entry.name, 'is in a .git folder')
    if (segments.length === 0) continue
    for (let depth = 1; depth < segments.length; depth++) claim(segments.slice(0, depth), 'folder')
    claim(segments, isFolder ? 'folder' : 'file')
    const path = [...base, ...segments].join('/')
    if (!isFolder && workspace.find(path)) throw refuse('denied', path, 'is in the workspace already')
    plan.push({ entry, isFolder, path })
  }
  return plan
}

function checkKind<Entry extends ArchiveEntry>(entry: Entry): Entry {
  if (entry.isEncrypted) throw new SandboxError('denied', 'The archive is encrypted.')
  if (entry.isOther) throw refuse('denied', entry.name, 'is a link or a device')
  return entry
}

function checkName(name: string): string[] {
  try {
    // Our own `/workspace` means nothing in an archive.
    if (name.startsWith('/')) throw new SandboxError('bad-path', 'absolute')
    const segments = parsePath(name)
    return segments.map((segment) => (isGitFolder(segment) ? segment : newName(segment)))
  } catch (cause) {
    throw refuse('bad-path', name, 'can’t be the name of a file here', cause)
  }
}

function refuse(code: 'denied' | 'bad-path', name: string, why: string, cause?: unknown): SandboxError {
  return new SandboxError(code, `The archive is not unpacked: ${JSON.stringify(name.slice(0, 200))} ${why}.`, { cause })
}
