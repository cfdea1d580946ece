import { execFile } from 'node:child_process'
import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { programEnv } from '../child/program-env.ts'
import { SandboxError } from '../sandbox-error.ts'
import { systemCode } from './file-system-error.ts'
import type { Folder } from './folder.ts'
import { removeTree } from './remove-tree.ts'

const run = promisify(execFile)
const options = { env: programEnv({ PATH: '/usr/bin:/bin' }), timeout: 60_000, killSignal: 'SIGKILL' } as const

/** Whether nothing can be renamed from one folder into the other: another disk, or another mount of the same. */
export function isOtherDisk(from: string, to: string): boolean {
  if (statSync(from).dev !== statSync(to).dev) return true
  const name = crypto.randomUUID()
  try {
    // The mounts are compared before the name is looked for.
    renameSync(join(from, name), join(to, name))
  } catch (error) {
    return systemCode(error) === 'EXDEV'
  }
  return false
}

/** The name in an open folder for a program that we start, to which `/proc/self` is another process. */
export const nameForPrograms = (folder: Folder, name: string): string =>
  folder.child(name).replace(/^\/proc\/self\//, `/proc/${process.pid}/`)

/**
 * Moves a file, a folder or a link to where nothing is, by a copy that keeps owners, modes, times and links, and then removes it. Throws
 * `failed` where the copy fails: then nothing is removed, and no half of it stays.
 */
export async function moveByCopy(from: string, to: string): Promise<void> {
  try {
    await run('cp', ['-a', '--', from, to], options)
  } catch (cause) {
    await removeTree(to)
    throw new SandboxError('failed', 'It could not be copied to another disk, so it stays where it is.', { cause })
  }
  await removeTree(from)
}
