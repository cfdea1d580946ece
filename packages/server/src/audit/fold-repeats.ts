import type { Clock } from '../runs/ports.ts'

const WINDOW_MS = 15 * 60_000
/** Keys that are counted each for itself; what comes beyond them in a window is counted together. */
const MOST_KEYS = 200

/**
 * Which of many repeats are to be written down: the 1st, the 10th, the 100th … of a key within a quarter of an hour, so that whoever tries
 * a million times fills six lines. Returns how many there were by now, or null for one that is not written.
 */
export function createFold(clock: Pick<Clock, 'now'>): (key: string) => number | null {
  let counts = new Map<string, number>()
  let endsAt = 0
  return (key) => {
    if (clock.now() >= endsAt) {
      counts = new Map()
      endsAt = clock.now() + WINDOW_MS
    }
    const counted = counts.has(key) || counts.size < MOST_KEYS ? key : ''
    const count = (counts.get(counted) ?? 0) + 1
    counts.set(counted, count)
    return Number.isInteger(Math.log10(count)) ? count : null
  }
}
