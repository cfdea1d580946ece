/** What several calls that run side by side have to say, in the order in which they say it. */
export type PartQueue<Part> = {
  push(part: Part): void
  /** The parts until `work` is over; then what `work` threw, if it did. */
  until(work: Promise<unknown>): AsyncGenerator<Part, void, void>
}

/** `join` may put a part together with the one before that nobody has taken yet; null where they stay apart. */
export function createPartQueue<Part>(join: (last: Part, next: Part) => Part | null): PartQueue<Part> {
  let parts: Part[] = []
  let wake: (() => void) | null = null
  const rouse = () => {
    wake?.()
    wake = null
  }
  return {
    push(part) {
      const last = parts.at(-1)
      const joined = last === undefined ? null : join(last, part)
      if (joined === null) parts.push(part)
      else parts[parts.length - 1] = joined
      rouse()
    },
    async *until(work) {
      let over = false
      const ended = work.then(
        () => {
          over = true
          rouse()
        },
        () => {
          over = true
          rouse()
        },
      )
      for (;;) {
        const ready = parts
        parts = []
        for (const part of ready) yield part
        if (parts.length > 0) continue
        if (over) break
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      await ended
      await work
    },
  }
}
