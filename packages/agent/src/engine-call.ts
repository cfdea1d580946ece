import type { ChatRequest, Engine, EngineErrorCode, EnginePart } from '@reynard/engine'
import type { EngineKind, Usage } from '@reynard/protocol'

/** One call of an engine as it went, told once it is over. Times are UTC milliseconds. */
export type EngineCall = {
  operation: 'chat' | 'embeddings'
  engine: EngineKind
  request: ChatRequest
  startedAt: number
  /** Of the first text, reasoning or call of a tool; null where none came. */
  firstAt: number | null
  endedAt: number
  usage: Usage
  end: { reason: 'stop' | 'length' | 'tool-calls' } | { failed: EngineErrorCode }
}

/** Told of each call of an engine. `ended` must not throw. */
export type EngineCallObserver = {
  ended(call: EngineCall): void
}

type Watch = { part(part: EnginePart): void; over(): void }

/** Looks on at one call: `part` for each part as it comes, `over` when no more will. Null where nobody wants to know. */
export function watchCall(
  observer: EngineCallObserver | undefined,
  { kind }: Pick<Engine, 'kind'>,
  request: ChatRequest,
): Watch | null {
  if (observer === undefined) return null
  const startedAt = Date.now()
  let firstAt: number | null = null
  let usage: Usage = {}
  // Whoever stops reading has stopped the call.
  let end: EngineCall['end'] = { failed: 'aborted' }
  return {
    part(part) {
      switch (part.type) {
        case 'text':
        case 'reasoning':
        case 'tool-call':
          firstAt ??= Date.now()
          return
        case 'end':
          usage = part.usage
          end = { reason: part.reason }
          return
        case 'error':
          end = { failed: part.code }
          return
        case 'loading':
        case 'waiting':
          return
        default:
          part satisfies never
      }
    },
    over: () =>
      observer.ended({
        operation: 'chat',
        engine: kind,
        request,
        startedAt,
        firstAt,
        endedAt: Date.now(),
        usage,
        end,
      }),
  }
}
