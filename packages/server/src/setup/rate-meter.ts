/** Long enough to be calm, short enough to follow a connection that changes. */
const windowMs = 5_000

/** Bytes per second over the last seconds, from totals as they come. */
export type RateMeter = { add(totalBytes: number): number | null }

/** `now` in milliseconds. */
export function createRateMeter(now: () => number): RateMeter {
  let samples: { at: number; bytes: number }[] = []
  return {
    add(bytes) {
      const at = now()
      samples = [...samples.filter((sample) => sample.at >= at - windowMs), { at, bytes }]
      const [first] = samples
      if (!first || at - first.at < 500) return null
      return Math.round(((bytes - first.bytes) * 1000) / (at - first.at))
    },
  }
}
