/** Time as the engines see it. Injected, so that a deadline of minutes can be tested in milliseconds. */
export type EngineTimers = {
  /** Milliseconds on a clock that only goes forward. */
  now(): number
  /** Runs once after `ms`; the returned function calls it off. */
  after(ms: number, run: () => void): () => void
}

export const systemTimers: EngineTimers = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
