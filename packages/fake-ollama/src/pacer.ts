/** Writes what is due. `emit(count)` writes that many tokens and says whether there are more. */
type PacedStream = { tokensPerSecond: number; emit(count: number): boolean }

export type Pacer = {
  /** Starts at once; the returned function takes the stream out. */
  add(stream: PacedStream): () => void
}

const tickMs = 4

/** One timer for all streams: 500 of them at 50 tokens/s cost no more timers than one. A late tick catches up, so that the rate holds. */
export function createPacer(): Pacer {
  const live = new Map<PacedStream, { startedAt: number; sent: number }>()
  let timer: NodeJS.Timeout | undefined

  const tick = () => {
    const now = performance.now()
    for (const [stream, state] of live) {
      const due = Math.floor(((now - state.startedAt) / 1000) * stream.tokensPerSecond) + 1 - state.sent
      if (due <= 0) continue
      state.sent += due
      if (!stream.emit(due)) remove(stream)
    }
  }
  const remove = (stream: PacedStream) => {
    live.delete(stream)
    if (live.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
  return {
    add(stream) {
      if (!stream.emit(1)) return () => {}
      live.set(stream, { startedAt: performance.now(), sent: 1 })
      timer ??= setInterval(tick, tickMs)
      return () => remove(stream)
    },
  }
}
