import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request as it came in, and how it ended. `aborted`: the client hung up before the answer was whole. */
export type RecordedRequest = {
  readonly method: string
  readonly path: string
  readonly headers: NodeJS.Dict<string | string[]>
  /** The parsed JSON, the text if it is none, `undefined` if it is empty. */
  body: unknown
  outcome: 'open' | 'finished' | 'aborted' | 'cut'
  /** Tokens that were written so far. */
  tokensSent: number
  /** Resolves when the exchange is over. */
  readonly done: Promise<'finished' | 'aborted' | 'cut'>
  /** Set where the fake itself cuts the connection. */
  cutting: boolean
}

export type RequestLog = {
  readonly all: RecordedRequest[]
  record(req: IncomingMessage, res: ServerResponse): RecordedRequest
  /** Tells the log that the request's body is there. */
  announce(request: RecordedRequest): void
  /** The first request, past or coming, that fits. */
  find(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>
}

export function createRequestLog(): RequestLog {
  const all: RecordedRequest[] = []
  const announced = new Set<RecordedRequest>()
  let waiting: { fits: (request: RecordedRequest) => boolean; resolve: (request: RecordedRequest) => void }[] = []
  return {
    all,
    record(req, res) {
      const done = Promise.withResolvers<'finished' | 'aborted' | 'cut'>()
      const request: RecordedRequest = {
        method: req.method ?? '',
        path: new URL(req.url ?? '/', 'http://localhost').pathname,
        headers: req.headers,
        body: undefined,
        outcome: 'open',
        tokensSent: 0,
        done: done.promise,
        cutting: false,
      }
      const end = (outcome: 'finished' | 'aborted' | 'cut') => {
        if (request.outcome !== 'open') return
        request.outcome = outcome
        done.resolve(outcome)
      }
      res.on('finish', () => end(request.cutting ? 'cut' : 'finished'))
      res.on('close', () => end(request.cutting ? 'cut' : res.writableFinished ? 'finished' : 'aborted'))
      all.push(request)
      return request
    },
    announce(request) {
      announced.add(request)
      waiting = waiting.filter(({ fits, resolve }) => {
        if (!fits(request)) return true
        resolve(request)
        return false
      })
    },
    find(fits) {
      const there = all.find((request) => announced.has(request) && fits(request))
      if (there !== undefined) return Promise.resolve(there)
      return new Promise((resolve) => waiting.push({ fits, resolve }))
    },
  }
}
