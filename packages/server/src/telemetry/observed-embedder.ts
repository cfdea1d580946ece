import type { EngineCall, EngineCallObserver } from '@reynard/agent'
import { errorCodeOf } from '@reynard/protocol'
import type { Embedder } from '../memory/vector-recall.ts'

/** The same embedder, whose calls are told. Of texts that are embedded nothing is. */
export function observedEmbedder(find: () => Embedder | null, observer: EngineCallObserver): () => Embedder | null {
  return () => {
    const found = find()
    if (found === null) return null
    const { engine, model } = found
    const embed: Embedder['engine']['embed'] = async (request, call) => {
      const startedAt = Date.now()
      let usage: EngineCall['usage'] = {}
      let end: EngineCall['end'] = { reason: 'stop' }
      try {
        const answer = await engine.embed(request, call)
        if (answer.promptTokens !== null) usage = { promptTokens: answer.promptTokens }
        return answer
      } catch (error) {
        end = { failed: call.signal.aborted ? 'aborted' : failureOf(error) }
        throw error
      } finally {
        const request = { model, messages: [] }
        const times = { startedAt, firstAt: null, endedAt: Date.now() }
        observer.ended({ operation: 'embeddings', engine: engine.kind, request, ...times, usage, end })
      }
    }
    return { model, engine: { kind: engine.kind, embed } }
  }
}

function failureOf(error: unknown): 'engine-unreachable' | 'engine-failed' {
  return errorCodeOf(error) === 'engine-unreachable' ? 'engine-unreachable' : 'engine-failed'
}
