import { isGitFolder } from '../files/path-rules.ts'
import { walkTree } from '../files/walk-tree.ts'

/** What can be made again, and is too much to be kept with each step. */
const notKept: ReadonlySet<string> = new Set(['.git', 'node_modules', '.venv', '__pycache__', '.pytest_cache'])
const maxFileBytes = 64 << 20
/** The clock of a file system ticks in steps of up to 10 ms: two changes of one tick look alike. */
const tickMs = 20

/**
 * Files by their names, as bytes in latin1. What stands for a file is the same for two walks between which it was not touched, and empty
 * where it was touched too lately to tell.
 */
export type KeptFiles = {
  stamps: Map<string, string>
  skipped: string[]
  /** All that lies among the files and is kept by no state, by its name as bytes in latin1: `skipped`, folders that can be made again. */
  apart: string[]
}

/** Whether a checkpoint holds what lies at a path of a workspace, of so many bytes. */
export function isKept(path: string, bytes: number): boolean {
  return bytes <= maxFileBytes && !path.split('/').some((name) => notKept.has(name) || isGitFolder(name))
}

/** Every file and link to keep. `skipped` names those that are too large or can't be read. */
export async function findKeptFiles(root: string, signal?: AbortSignal): Promise<KeptFiles> {
  const stamps = new Map<string, string>()
  const skipped: string[] = []
  const apart: string[] = []
  const settledMs = performance.timeOrigin + performance.now() - tickMs
  for await (const { path, name, stats } of walkTree(root, [], { skip: notKept, signal })) {
    if (stats.isDirectory() && !notKept.has(name.toString())) continue
    const bytes = Buffer.concat(path.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])))
    if ((!stats.isFile() && !stats.isSymbolicLink()) || isGitFolder(name.toString())) {
      apart.push(bytes.toString('latin1'))
      continue
    }
    if (stats.isFile() && (stats.size > maxFileBytes || !(stats.mode & 0o400))) {
      skipped.push(bytes.toString())
      apart.push(bytes.toString('latin1'))
      continue
    }
    // The time of change is set by the kernel alone: no program forges it.
    const { ino, size, mode, mtimeMs, ctimeMs } = stats
    const stamp = ctimeMs < settledMs ? `${ino} ${size} ${mode} ${mtimeMs} ${ctimeMs}` : ''
    stamps.set(bytes.toString('latin1'), stamp)
  }
  return { stamps, skipped, apart }
}

/** Those of the paths that can't be written without removing one of `apart`: it lies there, above, or beneath. */
export function pathsInTheWay(paths: readonly string[], apart: readonly string[]): string[] {
  if (apart.length === 0) return []
  const own = new Set(apart)
  const above = new Set(apart.flatMap(foldersOf))
  return paths.filter((path) => own.has(path) || above.has(path) || foldersOf(path).some((folder) => own.has(folder)))
}

function foldersOf(path: string): string[] {
  const names = path.split('/')
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'))
}
