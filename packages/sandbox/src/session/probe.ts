import type { BwrapMode } from '../bwrap/bwrap-command.ts'
import { probeBwrap } from '../bwrap/probe-bwrap.ts'
import { CallGroup, removeStaleGroups } from '../cgroup/call-group.ts'
import { type CgroupPlace, findCgroup } from '../cgroup/find-cgroup.ts'
import { nobody, type UnprivilegedUser } from '../child/become-user.ts'
import { strictLimits } from '../child/limits.ts'
import { runChild } from '../child/run-child.ts'
import { probePython } from '../python/probe-python.ts'
import type { SandboxReport } from './sandbox-report.ts'

/** What a machine offers, with what is needed to use it. */
export type Walls = {
  report: SandboxReport
  bwrap: { mode: BwrapMode; filter: Uint8Array } | null
  cgroup: CgroupPlace | null
  user: UnprivilegedUser | undefined
  /** Workspaces that have been given to `user`. */
  adopted: Set<string>
}

/** Finds out once, at the start, which walls stand here, by building each of them. Takes some tens of milliseconds. */
export async function probeWalls(options: { user?: UnprivilegedUser }): Promise<Walls> {
  const user = process.getuid?.() === 0 ? (options.user ?? nobody) : undefined
  const probed = await probeBwrap({ user })
  const bwrap = probed.available ? { mode: probed.mode, filter: probed.filter } : null
  const [cgroup, python] = await Promise.all([probeCgroup(), probePython(bwrap)])
  const report: SandboxReport = {
    levels: { L1: { available: true }, L2: { available: true }, L3: probed.available ? { available: true } : probed },
    python,
    way: bwrap ? { kind: bwrap.mode.way, proc: bwrap.mode.proc } : null,
    cgroup: cgroup?.version ?? null,
    user: user ?? null,
  }
  return { report, bwrap, cgroup, user, adopted: new Set() }
}

/** A place for groups counts when a program has run in one. Without it calls are bounded per process only. */
async function probeCgroup(): Promise<CgroupPlace | null> {
  const place = findCgroup()
  if (!place) return null
  try {
    removeStaleGroups(place)
    const group = new CallGroup(place, strictLimits)
    const spawn = group.enter({ file: '/bin/sh', args: ['-c', 'true | true'] })
    const result = await runChild({ ...spawn, env: {}, timeoutMs: 5000, outputBytes: 1024 })
    await group.remove()
    return result.exitCode === 0 ? place : null
  } catch {
    return null
  }
}
