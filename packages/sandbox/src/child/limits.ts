/** Bounds of one call. Each program started inside inherits the resource limits anew: `memory` and `cpuSeconds` count per process. */
export type Limits = {
  /** Wall clock from spawn, milliseconds. Then the process group is killed. */
  timeoutMs: number
  /** Kept of stdout and stderr together, bytes. A program that writes sixteen times as much, or 48 MiB beyond it, is ended. */
  outputBytes: number
  /** CPU time per process, seconds. */
  cpuSeconds: number
  /** `address` limits the address space (Python), `data` the heap (Node, which reserves more addresses than it uses). */
  memory: { kind: 'address' | 'data'; bytes: number }
  /** Memory of the whole call, bytes, where this machine has a writable cgroup. */
  totalMemoryBytes: number
  processes: number
  /** Largest file, bytes. */
  fileBytes: number
  openFiles: number
  /** Size of the in-memory /tmp of L3, bytes. */
  tmpBytes: number
}

const MiB = 1024 * 1024

/** One snippet or query. */
export const strictLimits: Limits = {
  timeoutMs: 10_000,
  outputBytes: 256 * 1024,
  cpuSeconds: 10,
  memory: { kind: 'data', bytes: 1024 * MiB },
  totalMemoryBytes: 1536 * MiB,
  processes: 64,
  fileBytes: 10 * MiB,
  openFiles: 256,
  tmpBytes: 64 * MiB,
}

/** The tests of a project. */
export const testLimits: Limits = {
  ...strictLimits,
  timeoutMs: 120_000,
  cpuSeconds: 60,
  memory: { kind: 'data', bytes: 2048 * MiB },
  totalMemoryBytes: 3072 * MiB,
  processes: 256,
  fileBytes: 100 * MiB,
  openFiles: 1024,
  tmpBytes: 256 * MiB,
}

/** Kept of a program whose output a person or a model may want to read whole, bytes. */
export const wholeOutputBytes = 16 * MiB

/**
 * Arguments of util-linux' prlimit that set these before the program starts.
 * `processes` is left out where it would count what else the user runs (a child outside a user namespace).
 */
export function prlimitArguments(limits: Limits, countProcesses: boolean): string[] {
  return [
    `--cpu=${limits.cpuSeconds}`,
    ...(countProcesses ? [`--nproc=${limits.processes}`] : []),
    `--fsize=${limits.fileBytes}`,
    `--nofile=${limits.openFiles}`,
    '--core=0',
    limits.memory.kind === 'address' ? `--as=${limits.memory.bytes}` : `--data=${limits.memory.bytes}`,
  ]
}
