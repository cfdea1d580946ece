import { nobody, type UnprivilegedUser } from '../child/become-user.ts'
import { strictLimits } from '../child/limits.ts'
import { runChild } from '../child/run-child.ts'
import { buildDenyFilter, hasDenyFilter } from '../seccomp/deny-filter.ts'
import { type BwrapMode, bwrapSpawn } from './bwrap-command.ts'

type BwrapProbe =
  | { available: true; mode: BwrapMode; filter: Uint8Array }
  | { available: false; reason: string; howToInstall: string }

const install = 'apt-get install bubblewrap'
const permit =
  'Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1; on Ubuntu 24.04 also the AppArmor profile bwrap-userns-restrict; ' +
  'in a container a seccomp profile that allows unshare, mount and pivot_root.'

/**
 * Runs the full strict profile once, with a program that forks. What works is how every later call starts; nothing works less strictly
 * than asked: without namespaces, seccomp, resource limits or another user than root there is no L3.
 */
export async function probeBwrap(options: { user?: UnprivilegedUser } = {}): Promise<BwrapProbe> {
  if (process.platform !== 'linux')
    return {
      available: false,
      reason: 'L3 needs Linux: it is made of namespaces.',
      howToInstall: 'Run Reynard on Linux.',
    }
  if (!hasDenyFilter(process.arch))
    return {
      available: false,
      reason: `There is no seccomp table for ${process.arch}.`,
      howToInstall: 'Run Reynard on x64 or arm64.',
    }
  const filter = buildDenyFilter(process.arch)
  let reason = ''
  for (const mode of modes(options.user)) {
    const spawn = bwrapSpawn(
      { command: 'sh', args: ['-c', 'true | true && echo ok'], binds: [], folder: '/', limits: strictLimits, filter },
      mode,
    )
    try {
      const result = await runChild({ ...spawn, timeoutMs: 5000, outputBytes: 4096 })
      if (result.exitCode === 0 && result.stdout.toString() === 'ok\n') return { available: true, mode, filter }
      reason ||= result.stderr.toString().trim() || `bwrap ended with ${result.exitCode ?? result.exitSignal}.`
    } catch (error) {
      return { available: false, reason: error instanceof Error ? error.message : String(error), howToInstall: install }
    }
  }
  return { available: false, reason: `bubblewrap can't build its walls here: ${reason}`, howToInstall: permit }
}

/** From the strictest view to the one that containers with a masked /proc need. */
function modes(user: UnprivilegedUser = nobody): BwrapMode[] {
  const ways: Omit<BwrapMode, 'proc'>[] =
    process.getuid?.() === 0
      ? [
          { way: 'staged', user },
          { way: 'direct', user },
        ]
      : [{ way: 'direct' }]
  return ways.flatMap((way) => [true, false].map((proc) => ({ ...way, proc })))
}
