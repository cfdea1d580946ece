import type { EngineTimers } from '../http/timers.ts'

/** Timers that go only as far as the test moves them. */
export type ManualTimers = EngineTimers & {
  /** Moves the clock and runs what is due, in order. */
  advance(ms: number): void
  /** Resolves as soon as something waits for at least that long. */
  armed(ms: number): Promise<void>
}

export function createManualTimers(): ManualTimers {
  let now = 0
  let waiting: { at: number; ms: number; run: () => void }[] = []
  let watchers: { ms: number; resolve: () => void }[] = []
  return {
    now: () => now,
    after(ms, run) {
      const entry = { at: now + ms, ms, run }
      waiting.push(entry)
      watchers = watchers.filter((watcher) => {
        if (ms < watcher.ms) return true
        watcher.resolve()
        return false
      })
      return () => {
        waiting = waiting.filter((other) => other !== entry)
      }
    },
    advance(ms) {
      const until = now + ms
      for (;;) {
        const next = waiting.filter((entry) => entry.at <= until).toSorted((one, other) => one.at - other.at)[0]
        if (next === undefined) break
        waiting = waiting.filter((entry) => entry !== next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = until
    },
    armed(ms) {
      if (waiting.some((entry) => entry.ms >= ms)) return Promise.resolve()
      return new Promise((resolve) => watchers.push({ ms, resolve }))
    },
  }
}
