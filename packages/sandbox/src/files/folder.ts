import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { SandboxError } from '../sandbox-error.ts'
import { systemCode, toSandboxError } from './file-system-error.ts'

// Not in Node's constants; the same on every architecture that Node is built for.
const O_PATH = 0o10000000
const asFolder = constants.O_DIRECTORY | constants.O_NOFOLLOW | O_PATH

/**
 * How paths are kept beneath a root. `descriptor`: each step starts from the open parent, so nobody who swaps folders for links in
 * between gets anywhere (Linux). `recheck`: looked up by name and looked at again afterwards; a race is noticed, not impossible.
 */
export type BeneathMode = 'descriptor' | 'recheck'
export const hostMode: BeneathMode =
  process.platform === 'linux' && existsSync('/proc/self/fd') ? 'descriptor' : 'recheck'

/** An open folder. `child` gives a name to hand to the file system that means this very folder, wherever it has been moved to. */
export type Folder = {
  child(name: string): string
  child(name: Buffer): Buffer
  child(name: string | Buffer): string | Buffer
  /** `denied` where the folder is no longer where it was opened. Only `recheck` needs it. */
  verify(): void
  close(): void
}

/** Opens the folder that `segments` name beneath `root`, following no link. Throws `not-found`, `denied`, `bad-path`. */
export function openFolder(root: string, segments: (string | Buffer)[], mode: BeneathMode = hostMode): Folder {
  return mode === 'descriptor' ? openByDescriptor(root, segments) : openByRecheck(root, segments)
}

/** Runs `work` with the folder open, and closes it whatever happens. */
export function withFolder<T>(
  root: string,
  segments: (string | Buffer)[],
  work: (folder: Folder) => T,
  mode: BeneathMode = hostMode,
): T {
  const folder = openFolder(root, segments, mode)
  try {
    const result = work(folder)
    folder.verify()
    return result
  } catch (error) {
    throw toSandboxError(error)
  } finally {
    folder.close()
  }
}

function openByDescriptor(root: string, segments: (string | Buffer)[]): Folder {
  let fd = openRoot(root)
  for (const segment of segments) {
    const path = joinRaw(`/proc/self/fd/${fd}`, segment)
    try {
      const next = openSync(path, asFolder)
      closeSync(fd)
      fd = next
    } catch (error) {
      const link = systemCode(error) === 'ENOTDIR' && isLink(path)
      closeSync(fd)
      throw link ? linkRefused() : toSandboxError(error)
    }
  }
  return { child: childOf(`/proc/self/fd/${fd}`), verify: () => {}, close: () => closeSync(fd) }
}

function openRoot(root: string): number {
  try {
    return openSync(root, asFolder)
  } catch (error) {
    throw toSandboxError(error)
  }
}

function openByRecheck(root: string, segments: (string | Buffer)[]): Folder {
  try {
    let path: string | Buffer = realpathSync(root)
    for (const segment of segments) {
      path = joinRaw(path, segment)
      if (isLink(path)) throw linkRefused()
    }
    const opened = path
    const fd = openSync(opened, constants.O_DIRECTORY | constants.O_NOFOLLOW)
    const { dev, ino } = fstatSync(fd, { bigint: true })
    const verify = () => {
      const now = lstatSync(opened, { bigint: true })
      const real = realpathSync(opened, 'buffer')
      if (now.dev !== dev || now.ino !== ino || !real.equals(Buffer.from(opened))) throw linkRefused()
    }
    verify()
    return { child: childOf(opened), verify, close: () => closeSync(fd) }
  } catch (error) {
    throw toSandboxError(error)
  }
}

function childOf(folder: string | Buffer) {
  function child(name: string): string
  function child(name: Buffer): Buffer
  function child(name: string | Buffer): string | Buffer
  function child(name: string | Buffer): string | Buffer {
    return joinRaw(folder, name)
  }
  return child
}

/** Names on Linux are bytes, not text: one that is no UTF-8 keeps the whole path in bytes. */
function joinRaw(folder: string | Buffer, name: string | Buffer): string | Buffer {
  if (typeof folder === 'string' && typeof name === 'string') return join(folder, name)
  return Buffer.concat([Buffer.from(folder), Buffer.from('/'), Buffer.from(name)])
}

function isLink(path: string | Buffer): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

const linkRefused = () => new SandboxError('denied', 'A part of this path is a link; links are not followed.')
