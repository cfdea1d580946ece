import type { TRPCClientError, TRPCLink } from '@trpc/client'
import type { AnyTRPCRouter } from '@trpc/server'
import { observable } from '@trpc/server/observable'
import { isCut } from './call-link.ts'

export type TransportSwitch = {
  /** Null once the client is closed: every subscription ends. */
  current(): 'ws' | 'sse' | null
  /** Calls back when that changes. Returns how to stop. */
  onChange(listener: () => void): () => void
  /** Called for each piece of data that arrives. */
  onData(): void
}

/**
 * Keeps each subscription going, whatever happens to what carries it: it moves to the other transport when that changes, and starts again
 * after a cut that the transport itself does not mend, each time after the last event that arrived. Errors that the server sent on purpose
 * end it.
 */
export function subscriptionLink(
  transports: TransportSwitch,
  links: { ws: TRPCLink<AnyTRPCRouter>; sse: TRPCLink<AnyTRPCRouter> },
): TRPCLink<AnyTRPCRouter> {
  return (runtime) => {
    const open = { ws: once(() => links.ws(runtime)), sse: once(() => links.sse(runtime)) }
    return ({ op, next }) =>
      observable((observer) => {
        let lastEventId: string | undefined
        let stopCurrent = () => {}

        function start(): void {
          const transport = transports.current()
          if (transport === null) {
            observer.complete()
            return
          }
          let isCurrent = true
          const input = lastEventId === undefined ? op.input : withLastEventId(op.input, lastEventId)
          const link = open[transport]()
          const inner = link({ op: { ...op, input }, next }).subscribe({
            next(envelope) {
              if (!isCurrent) return
              const { result } = envelope
              if ('id' in result && typeof result.id === 'string') lastEventId = result.id
              if ('data' in result) transports.onData()
              observer.next(envelope)
            },
            error(error) {
              if (!isCurrent) return
              isCurrent = false
              if (isTransient(error)) queueMicrotask(restart)
              else observer.error(error)
            },
            complete() {
              if (!isCurrent) return
              isCurrent = false
              observer.complete()
            },
          })
          stopCurrent = () => {
            isCurrent = false
            inner.unsubscribe()
          }
        }
        let isOver = false
        function restart(): void {
          stopCurrent()
          if (!isOver) start()
        }

        const stopListening = transports.onChange(restart)
        start()
        return () => {
          isOver = true
          stopListening()
          stopCurrent()
        }
      })
  }
}

/** The connection broke, or the server said that it is restarting. */
function isTransient(error: TRPCClientError<AnyTRPCRouter>): boolean {
  if (isCut(error)) return true
  const data: unknown = error.data
  if (!(data instanceof Object) || !('error' in data)) return false
  return data.error instanceof Object && 'code' in data.error && data.error.code === 'shutting-down'
}

function withLastEventId(input: unknown, lastEventId: string): unknown {
  return typeof input === 'object' && input !== null ? { ...input, lastEventId } : { lastEventId }
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
