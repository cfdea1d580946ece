import type { EnginePart } from '../engine.ts'

export type PartQueue = {
  push(part: EnginePart): void
  /** Ends after what was pushed so far. Later pushes are dropped. */
  parts(): AsyncGenerator<EnginePart, void>
}

/** Hands parts from callbacks to one reader. An `end` or `error` closes it, so that exactly one of them comes last. */
export function createPartQueue(): PartQueue {
  let waiting: EnginePart[] = []
  let closed = false
  let wake: (() => void) | null = null

  function push(part: EnginePart) {
    if (closed) return
    closed = part.type === 'end' || part.type === 'error'
    const last = waiting.at(-1)
    // A reader that is behind gets longer pieces, not more of them.
    if (last && last.type === part.type && (part.type === 'text' || part.type === 'reasoning') && 'text' in last) {
      const tokens = (last.tokens ?? 1) + (part.tokens ?? 1)
      waiting[waiting.length - 1] = { type: part.type, text: last.text + part.text, tokens }
    } else waiting.push(part)
    wake?.()
  }

  async function* parts(): AsyncGenerator<EnginePart, void> {
    for (;;) {
      const batch = waiting
      waiting = []
      yield* batch
      if (waiting.length > 0) continue
      if (closed) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      wake = null
    }
  }

  return { push, parts }
}
