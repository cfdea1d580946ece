import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { programEnv } from '../child/program-env.ts'
import { SandboxError } from '../sandbox-error.ts'

const run = promisify(execFile)
const options = { env: programEnv({ PATH: '/usr/bin:/bin' }), timeout: 60_000, killSignal: 'SIGKILL' } as const

/**
 * Removes a tree of the server's own choosing, however hostile what lies in it. Node's `rm` gives up on trees some thousand folders
 * deep; the system's walks by descriptors and follows no link. Folders that their maker closed are opened first. Throws `failed`.
 */
export async function removeTree(path: string): Promise<void> {
  if (!path.startsWith('/') || path === '/') throw new SandboxError('failed', 'Only an absolute path can be removed.')
  await run('rm', ['-rf', '--', path], options).catch(() => {})
  if (!existsSync(path)) return
  await run('chmod', ['-R', 'u+rwX', '--', path], options).catch(() => {})
  await run('rm', ['-rf', '--', path], options).catch((cause: unknown) => {
    throw new SandboxError('failed', 'A folder could not be removed wholly.', { cause })
  })
}
