/** Time as the engines see it. Injected, so that a deadline of minutes can be tested in milliseconds. */
export type EngineTimers = {
  /** Milliseconds on a clock that only goes forward. */
  now(): number
  /** Runs once after `ms`; the returned function calls it off. */
  after(ms: number, run: () => void): () => void
}

/** Milliseconds, or where to read them anew for each call. */
export type Deadline = number | (() => number)

/** What a deadline is now. */
export function deadlineMs(deadline: Deadline): number {
  return typeof deadline === 'number' ? deadline : deadline()
}

export const systemTimers: EngineTimers = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
