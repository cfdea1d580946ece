import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs'
import { SandboxError } from '../sandbox-error.ts'
import { toSandboxError } from './file-system-error.ts'
import { type BeneathMode, hostMode, openFolder } from './folder.ts'
import { parsePath } from './path-rules.ts'

export type OpenBeneathOptions = {
  /** Refuse a larger file with `too-large`; bytes. */
  maxBytes?: number
  /** Let files pass that have a second name somewhere, as pnpm's node_modules do. */
  hardLinks?: boolean
  /** Permissions of a file that is created. */
  permissions?: number
  mode?: BeneathMode
}

const harmless = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY

/**
 * Opens the regular file `path` beneath `root` without following a link in any part of it, also against somebody who swaps parts
 * while we look. The caller owns `fd` and reads from it alone: looking the path up again would be a new race. About 30 µs.
 * Throws `bad-path`, `not-found`, `denied` (links, devices, pipes, a file with a second name), `too-large`.
 */
export function openBeneath(
  root: string,
  path: string,
  flags: number = constants.O_RDONLY,
  options: OpenBeneathOptions = {},
): { fd: number; stats: Stats } {
  const segments = parsePath(path)
  const name = segments.pop()
  if (name === undefined) throw new SandboxError('bad-path', 'This is a folder, not a file.')
  // Truncating would harm before fstat has looked; creating without O_EXCL could open what another put there.
  if (flags & constants.O_TRUNC || (flags & constants.O_CREAT && !(flags & constants.O_EXCL))) {
    throw new SandboxError('failed', 'Files are created exclusively and never truncated in place.')
  }
  const folder = openFolder(root, segments, options.mode ?? hostMode)
  try {
    const fd = openSync(folder.child(name), flags | harmless, options.permissions ?? 0o600)
    try {
      folder.verify()
      return { fd, stats: checked(fd, options) }
    } catch (error) {
      closeSync(fd)
      throw error
    }
  } catch (error) {
    throw toSandboxError(error)
  } finally {
    folder.close()
  }
}

function checked(fd: number, { maxBytes = Number.POSITIVE_INFINITY, hardLinks = false }: OpenBeneathOptions): Stats {
  const stats = fstatSync(fd)
  if (stats.isDirectory()) throw new SandboxError('bad-path', 'This is a folder, not a file.')
  if (!stats.isFile()) throw new SandboxError('denied', 'This is not a regular file.')
  if (stats.nlink !== 1 && !hardLinks) {
    throw new SandboxError('denied', 'This file has a second name somewhere else, so it is not opened.')
  }
  if (stats.size > maxBytes) {
    throw new SandboxError('too-large', `This file has ${stats.size} bytes; at most ${maxBytes} can be opened here.`)
  }
  return stats
}
