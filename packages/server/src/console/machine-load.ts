import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import type { ConsoleOverview } from '@reynard/protocol'

const restMs = 5_000
const stepBytes = 64 * 1024 * 1024
const inSteps = (bytes: number) => Math.round(bytes / stepBytes) * stepBytes

/** What this machine and this process use, measured when it is asked for and at most every five seconds. */
export function createMachineLoad(now: () => number): () => ConsoleOverview['machine'] {
  let lookedAt = Number.NEGATIVE_INFINITY
  let before = cpuTimes()
  let cpuPercent: number | null = null
  let memory = { freeMemoryBytes: 0, processBytes: 0 }
  return () => {
    const at = now()
    if (at - lookedAt >= restMs) {
      const times = cpuTimes()
      const total = times.total - before.total
      // The first look has nothing to compare with but the moment that the console was made.
      if (total > 0) cpuPercent = Math.round((100 * (total - (times.idle - before.idle))) / total)
      before = times
      lookedAt = at
      memory = { freeMemoryBytes: inSteps(freemem()), processBytes: inSteps(process.memoryUsage.rss()) }
    }
    return { memoryBytes: totalmem(), cores: availableParallelism(), cpuPercent, ...memory }
  }
}

function cpuTimes(): { total: number; idle: number } {
  const all = cpus().map(({ times }) => times)
  const sum = (of: (times: (typeof all)[number]) => number) => all.reduce((whole, times) => whole + of(times), 0)
  return {
    total: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq),
    idle: sum(({ idle }) => idle),
  }
}
