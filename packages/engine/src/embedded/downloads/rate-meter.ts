/** Bytes per second over the last few seconds, from running totals. */
export function createRateMeter(windowMs = 5000, now: () => number = () => performance.now()) {
  const samples: { at: number; bytes: number }[] = []
  return {
    /** @returns null until there is something to compare with */
    add(totalBytes: number): number | null {
      const at = now()
      const last = samples.at(-1)
      // Chunks come by the thousand; ten samples a second are enough.
      if (!last || at - last.at >= 100) samples.push({ at, bytes: totalBytes })
      while (samples.length > 2 && at - samples[0]!.at > windowMs) samples.shift()
      const first = samples[0]!
      return at - first.at < 200 ? null : ((totalBytes - first.bytes) * 1000) / (at - first.at)
    },
  }
}
