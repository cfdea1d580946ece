import type { TRPCClientError, TRPCLink } from '@trpc/client'
import type { AnyTRPCRouter } from '@trpc/server'
import { observable } from '@trpc/server/observable'

/** What a person waits for, and what the server takes once however often it arrives: by its key, or because stopping twice is stopping. */
const repeatable = new Set(['chat.send', 'chat.regenerate', 'chat.continue', 'chat.cancel'])

/**
 * Carries calls. Starting and stopping runs goes over the socket while one stands, which saves the cost of an HTTP request on both sides;
 * where the socket breaks before the answer, the same call goes again over HTTP. All other calls are HTTP's.
 */
export function callLink(
  isOpen: () => boolean,
  links: { ws: TRPCLink<AnyTRPCRouter>; http: TRPCLink<AnyTRPCRouter> },
): TRPCLink<AnyTRPCRouter> {
  return (runtime) => {
    const ws = links.ws(runtime)
    const http = links.http(runtime)
    return ({ op, next }) => {
      if (!repeatable.has(op.path) || !isOpen()) return http({ op, next })
      return observable((observer) => {
        let answered = false
        let current = ws({ op, next }).subscribe({
          next(envelope) {
            answered = true
            observer.next(envelope)
          },
          error(error) {
            if (answered || !isCut(error)) observer.error(error)
            else current = http({ op, next }).subscribe(observer)
          },
          complete: () => observer.complete(),
        })
        return () => current.unsubscribe()
      })
    }
  }
}

/** Nothing came from the server that would explain the error. */
export function isCut(error: TRPCClientError<AnyTRPCRouter>): boolean {
  return typeof error.data !== 'object' || error.data === null
}
