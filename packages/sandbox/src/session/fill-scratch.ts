import { testLimits } from '../child/limits.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { SandboxSession } from './sandbox-session.ts'

/** Not copied unless told: dependencies are large and are bound read-only instead, history is the server's own. */
const defaultSkip = ['node_modules', '.git', '.venv', '__pycache__']
const from = '/project'

/**
 * Copies a folder of this machine into a session's workspace, so that programs may change the copy and never the folder: bubblewrap of
 * Debian 12 has no overlay, and a copy is what a diff is taken from anyway. It is made behind L3, by the user that later works on it, so
 * a link in the folder leads nowhere and no file that this user may not read comes along.
 * Folders that are skipped can be shown beside it: `run({ binds: [{ from: '…/node_modules', to: '/workspace/node_modules' }] })`.
 * @throws {SandboxError} `failed` where something could not be read or written, else as `run`
 */
export async function fillScratch(
  session: SandboxSession,
  folder: string,
  options: { skip?: readonly string[]; signal?: AbortSignal } = {},
): Promise<void> {
  const skip = (options.skip ?? defaultSkip).map((name) => `--exclude=${name}`)
  const script = 'set -o pipefail; tar -C "$0" "$@" -cf - . | tar -C /workspace --no-same-owner -xf -'
  const result = await session.run({
    level: 'L3',
    command: 'bash',
    args: ['--norc', '-c', script, from, ...skip],
    binds: [{ from: folder, to: from }],
    limits: { ...testLimits, fileBytes: 1024 * 1024 * 1024 },
    signal: options.signal,
  })
  if (result.exitCode === 0) return
  const reason = result.stderr.split('\n').slice(0, 3).join(' ').slice(0, 500)
  throw new SandboxError('failed', `The folder could not be copied: ${reason}`)
}
