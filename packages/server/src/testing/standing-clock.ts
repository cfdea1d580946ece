import type { Clock } from '../runs/ports.ts'

/** A clock that stands still until the test moves it. */
export type StandingClock = Clock & {
  /** Moves on and runs what is due by then, in order. */
  advance(ms: number): void
}

export function createStandingClock(): StandingClock {
  let now = 1_000_000
  const waiting = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run }
      waiting.add(timer)
      return () => waiting.delete(timer)
    },
    advance(ms) {
      now += ms
      for (const timer of [...waiting].toSorted((one, other) => one.at - other.at)) {
        if (timer.at > now || !waiting.delete(timer)) continue
        timer.run()
      }
    },
  }
}
