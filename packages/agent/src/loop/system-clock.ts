import type { TurnClock } from './turn.ts'

/** The real time. Its timers never keep the process alive. */
export const systemClock: TurnClock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
