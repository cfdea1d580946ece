import type { Entry } from 'yauzl'
import { isGitFolder, newName, parsePath } from '../files/path-rules.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'

/** Where an entry goes: `path` in the workspace, or `gitPath` within the archive's `.git` folder. */
export type PlannedEntry = { entry: Entry; isFolder: boolean } & ({ path: string } | { gitPath: string })

const typeBits = 0o170000
const regular = 0o100000
const folder = 0o040000
const encrypted = 1

/**
 * Looks at all entries of a zip before anything is written. Throws `denied` for links, devices, encryption, two entries that are one on
 * some file system, and files that exist already; `bad-path` for names that climb, are absolute, or can't be the name of a new file.
 */
export function planExtraction(workspace: Workspace, into: string, entries: Entry[]): PlannedEntry[] {
  const base = parsePath(into)
  const seen = new Map<string, 'file' | 'folder'>()
  const claim = (segments: string[], kind: 'file' | 'folder') => {
    const key = segments.join('/').normalize('NFKC').toLowerCase()
    const before = seen.get(key)
    if (before && (before === 'file' || kind === 'file')) throw refuse('denied', segments.join('/'), 'is in it twice')
    seen.set(key, kind)
  }
  const plan: PlannedEntry[] = []
  for (const entry of entries) {
    const isFolder = checkKind(entry)
    const segments = checkName(entry.fileName)
    const git = segments.slice(0, 2).indexOf('.git')
    if (git >= 0) {
      plan.push({ entry, isFolder, gitPath: segments.slice(git + 1).join('/') })
      continue
    }
    if (segments.some(isGitFolder)) throw refuse('denied', entry.fileName, 'is in a .git folder')
    if (segments.length === 0) continue
    for (let depth = 1; depth < segments.length; depth++) claim(segments.slice(0, depth), 'folder')
    claim(segments, isFolder ? 'folder' : 'file')
    const path = [...base, ...segments].join('/')
    if (!isFolder && workspace.find(path)) throw refuse('denied', path, 'is in the workspace already')
    plan.push({ entry, isFolder, path })
  }
  return plan
}

function checkKind(entry: Entry): boolean {
  if (entry.generalPurposeBitFlag & encrypted) throw new SandboxError('denied', 'The archive is encrypted.')
  const isFolder = entry.fileName.endsWith('/')
  const type = (entry.externalFileAttributes >>> 16) & typeBits
  if (type !== 0 && type !== (isFolder ? folder : regular))
    throw refuse('denied', entry.fileName, 'is a link or a device')
  return isFolder
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
