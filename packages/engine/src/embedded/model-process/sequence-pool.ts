import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp'

type PooledSequence = {
  sequence: LlamaContextSequence
  conversationId: string | null
  busy: boolean
  usedAt: number
}

export type SequencePool = {
  /** The free sequence that holds most of this prompt already, else the one unused for longest. Null: all are busy. */
  take(tokens: Token[], conversationId: string | null): PooledSequence | null
  release(pooled: PooledSequence): void
}

/** Below this share of what a sequence holds, a common beginning is only the system prompt, and another conversation's state would be lost. */
const worthReusing = 0.5

/** Takes all sequences that a context has. */
export function createSequencePool(context: LlamaContext): SequencePool {
  const all: PooledSequence[] = Array.from({ length: context.totalSequences }, () => ({
    sequence: context.getSequence(),
    conversationId: null,
    busy: false,
    usedAt: 0,
  }))
  let clock = 0

  function take(tokens: Token[], conversationId: string | null): PooledSequence | null {
    const free = all.filter((each) => !each.busy)
    const ranked = free
      .map((each) => {
        const held = each.sequence.nextTokenIndex
        const common = held === 0 ? 0 : each.sequence.compareContextTokens(tokens).firstDifferentIndex
        const own = conversationId !== null && each.conversationId === conversationId
        return { each, common: own || common >= held * worthReusing ? common : 0 }
      })
      .sort((a, b) => b.common - a.common || a.each.usedAt - b.each.usedAt)
    const chosen = ranked[0]?.each
    if (!chosen) return null
    chosen.busy = true
    chosen.conversationId = conversationId
    return chosen
  }

  function release(pooled: PooledSequence) {
    pooled.busy = false
    pooled.usedAt = ++clock
  }

  return { take, release }
}
