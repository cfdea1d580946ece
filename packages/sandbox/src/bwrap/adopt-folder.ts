import type { UnprivilegedUser } from '../child/become-user.ts'
import { runChild } from '../child/run-child.ts'
import { SandboxError } from '../sandbox-error.ts'

/**
 * Gives a workspace, with what a server that is root wrote into it since, to the user that its sandboxes run as. Links are not followed.
 * Only for folders that Reynard made: never for a folder of this machine that someone registered.
 * @throws {SandboxError} `failed` when that was not possible
 */
export async function adoptFolder(folder: string, user: UnprivilegedUser): Promise<void> {
  const result = await runChild({
    file: 'chown',
    args: ['--recursive', '-P', '--no-dereference', `${user.uid}:${user.gid}`, '--', folder],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    timeoutMs: 10_000,
    outputBytes: 4096,
  })
  if (result.exitCode === 0) return
  // What chown says names host paths, so it is only the cause.
  const cause = new Error(result.stderr.toString())
  throw new SandboxError('failed', 'The workspace could not be given to its sandbox.', { cause })
}
