import type { BwrapMode } from '../bwrap/bwrap-command.ts'
import type { CgroupPlace } from '../cgroup/find-cgroup.ts'

/** L1: QuickJS in a worker thread. L2: a child process with limits. L3: the same behind namespaces and seccomp. */
export type SandboxLevel = 'L1' | 'L2' | 'L3'

/** What is here, or why it is not and the one step that brings it. For the admin's page and for tools listed as unavailable. */
export type Availability = { available: true } | { available: false; reason: string; howToInstall: string }

/** What the probe found out about the walls of this machine. */
export type SandboxReport = {
  levels: Record<SandboxLevel, Availability>
  python: Availability & { packages: string[] }
  /** How L3 starts; null without it. `proc: false`: programs inside see no /proc, as in most containers. */
  way: { kind: BwrapMode['way']; proc: boolean } | null
  /** Version of the control groups that bound memory and processes of a whole call; null: only limits per process. */
  cgroup: CgroupPlace['version'] | null
  /** Who tool children are; null: who the server is. Always somebody where the server is root. */
  user: { uid: number; gid: number } | null
}
