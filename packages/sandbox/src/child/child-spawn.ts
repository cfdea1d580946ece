import { existsSync } from 'node:fs'
import { becomeUser, type UnprivilegedUser } from './become-user.ts'
import { type Limits, prlimitArguments } from './limits.ts'
import type { RunChildOptions } from './run-child.ts'

type ChildCommand = {
  command: string
  args: readonly string[]
  /** Working folder: the workspace. L2 does not confine the program to it. */
  folder: string
  env?: Readonly<Record<string, string>>
  limits: Limits
}

/** True where util-linux can set resource limits before a program starts. */
function hasPrlimit(): boolean {
  return existsSync('/usr/bin/prlimit') && existsSync('/usr/bin/setpriv')
}

/**
 * The spawn of an L2 child: empty environment, resource limits, never root. For programs that we trust and whose input may crash or
 * stall them; it sees the files and the network of the server's user.
 */
export function childSpawn(
  call: ChildCommand,
  user: UnprivilegedUser | undefined,
): Pick<RunChildOptions, 'file' | 'args' | 'env' | 'cwd'> {
  const env = { PATH: '/usr/bin:/bin', HOME: call.folder, LANG: 'C.UTF-8', ...call.env }
  const command = [call.command, ...call.args]
  if (hasPrlimit()) {
    // The kernel counts processes per user: only ours alone may be limited, or the user's own desktop would use the limit up.
    const limited = ['prlimit', ...prlimitArguments(call.limits, user !== undefined), '--', ...command]
    const [file = '', ...args] = [...becomeUser(user), ...limited]
    return { file, args, env, cwd: call.folder }
  }
  if (process.platform === 'win32') return { file: call.command, args: call.args, env, cwd: call.folder }
  const script = `ulimit -t ${call.limits.cpuSeconds}; ulimit -n ${call.limits.openFiles}; ulimit -c 0; exec "$@"`
  return { file: 'sh', args: ['-c', script, 'sh', ...command], env, cwd: call.folder }
}
