import type { TRPCClientError, TRPCLink } from '@trpc/client'
import type { AnyTRPCRouter } from '@trpc/server'
import { observable } from '@trpc/server/observable'

/** What a person waits for, and what the server takes once however often it arrives: by its key, or because stopping twice is stopping. */
const repeatable = new Set(['chat.send', 'chat.regenerate', 'chat.continue', 'chat.cancel'])

/**
 * Carries calls. Starting and stopping runs goes over the socket while one stands, which saves the cost of an HTTP request on both sides;
 * where the socket breaks or stays silent for `patienceMs` (a laptop that woke up holds a dead one), the same call goes again over HTTP.
 * All other calls are HTTP's.
 */
export function callLink(
  { isOpen, patienceMs }: { isOpen: () => boolean; patienceMs: number },
  links: { ws: TRPCLink<AnyTRPCRouter>; http: TRPCLink<AnyTRPCRouter> },
): TRPCLink<AnyTRPCRouter> {
  return (runtime) => {
    const ws = links.ws(runtime)
    const http = links.http(runtime)
    return ({ op, next }) => {
      if (!repeatable.has(op.path) || !isOpen()) return http({ op, next })
      return observable((observer) => {
        let isCurrent = true
        const overHttp = () => {
          isCurrent = false
          clearTimeout(patience)
          current.unsubscribe()
          current = http({ op, next }).subscribe(observer)
        }
        const patience = setTimeout(overHttp, patienceMs)
        let current = ws({ op, next }).subscribe({
          next(envelope) {
            clearTimeout(patience)
            if (isCurrent) observer.next(envelope)
          },
          error(error) {
            if (!isCurrent) return
            clearTimeout(patience)
            // Not within the call that breaks: the socket is still telling the others.
            if (isCut(error)) queueMicrotask(() => isCurrent && overHttp())
            else observer.error(error)
          },
          complete() {
            if (isCurrent) observer.complete()
          },
        })
        return () => {
          isCurrent = false
          clearTimeout(patience)
          current.unsubscribe()
        }
      })
    }
  }
}

/** Nothing came from the server that would explain the error. */
export function isCut(error: TRPCClientError<AnyTRPCRouter>): boolean {
  return typeof error.data !== 'object' || error.data === null
}
