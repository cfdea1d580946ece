import type { Clock } from '../runs/ports.ts'

/** A clock that stands still until a test moves it. */
export type ManualClock = Clock & {
  /** Moves time on by `ms`, calling back what falls due, each at its own moment. */
  advance(ms: number): void
  /** How many calls are still to come. */
  pending(): number
}

/** Starts at `now`, UTC milliseconds. */
export function createManualClock(now = 1_700_000_000_000): ManualClock {
  let time = now
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => time,
    after(delayMs, run) {
      const timer = { at: time + Math.max(0, delayMs), run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const end = time + ms
      for (;;) {
        let due: { at: number; run: () => void } | undefined
        for (const timer of timers) if (timer.at <= end && (due === undefined || timer.at < due.at)) due = timer
        if (due === undefined) break
        timers.delete(due)
        time = Math.max(time, due.at)
        due.run()
      }
      time = end
    },
    pending: () => timers.size,
  }
}
