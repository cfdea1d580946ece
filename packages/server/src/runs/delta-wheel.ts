import type { Clock } from './ports.ts'

/** Something that wants to be flushed a moment later. */
export type Flushable = { flush(): void }

/** Few, so that streams that share a socket flush together and share a write; more than one, so that a burst is half as long. */
const spokes = 2
const shortestMs = 32
const longestMs = 150

/** How long deltas of one run are gathered, in milliseconds: longer the more runs stream, so that the cost of messages stays bounded. */
export function gatherMs(streaming: number): number {
  return Math.min(longestMs, shortestMs + Math.max(0, streaming - 8))
}

/**
 * One timer for all live runs: those that wait are spread over two spokes, one of which comes round every half of the gathering time.
 * So a thousand runs cost no thousand timers. Stands still while nothing waits.
 */
export class DeltaWheel {
  readonly #clock: Clock
  readonly #streaming: () => number
  readonly #spokes: Flushable[][] = Array.from({ length: spokes }, () => [])
  #at = 0
  #waiting = 0
  #turning = false

  constructor(clock: Clock, streaming: () => number) {
    this.#clock = clock
    this.#streaming = streaming
  }

  /** Flushes `run` in `delayMs` at the earliest, and at most half of the gathering time later. Once per call. */
  add(run: Flushable, delayMs: number): void {
    const turns = Math.ceil(delayMs / (gatherMs(this.#streaming()) / spokes))
    this.#spokes[(this.#at + Math.min(spokes, Math.max(1, turns))) % spokes]!.push(run)
    this.#waiting += 1
    if (!this.#turning) this.#turn()
  }

  #turn(): void {
    this.#turning = true
    this.#clock.after(gatherMs(this.#streaming()) / spokes, () => {
      this.#at = (this.#at + 1) % spokes
      const due = this.#spokes[this.#at]!
      this.#spokes[this.#at] = []
      this.#waiting -= due.length
      for (const run of due) run.flush()
      if (this.#waiting > 0) this.#turn()
      else this.#turning = false
    })
  }
}
