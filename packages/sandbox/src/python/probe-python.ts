import { type BwrapMode, bwrapSpawn } from '../bwrap/bwrap-command.ts'
import { strictLimits } from '../child/limits.ts'
import { runChild } from '../child/run-child.ts'
import type { SandboxReport } from '../session/sandbox-report.ts'

const packages = ['numpy', 'pandas', 'matplotlib', 'pytest']
const howToInstall = 'apt-get install python3 python3-numpy python3-pandas python3-matplotlib python3-pytest'
const script = `import importlib.util
print(*[name for name in ${JSON.stringify(packages)} if importlib.util.find_spec(name)])`

/** Whether Python runs behind L3 here, and which of the packages for data it has. */
export async function probePython(
  bwrap: { mode: BwrapMode; filter: Uint8Array } | null,
): Promise<SandboxReport['python']> {
  if (!bwrap) return { available: false, reason: 'Python runs behind L3 only.', howToInstall, packages: [] }
  const call = { command: '/usr/bin/python3', args: ['-I', '-c', script], binds: [], folder: '/', limits: strictLimits }
  const spawn = bwrapSpawn({ ...call, filter: bwrap.filter }, bwrap.mode)
  const result = await runChild({ ...spawn, timeoutMs: 10_000, outputBytes: 4096 })
  if (result.exitCode !== 0)
    return { available: false, reason: '/usr/bin/python3 is not installed.', howToInstall, packages: [] }
  return { available: true, packages: result.stdout.toString().split(/\s+/).filter(Boolean) }
}
