import type { ServerResponse } from 'node:http'
import type { ValidationDetail } from './validation-detail.ts'

/** Thrown where a call ends with something else than its answer. `detail` is what FastAPI's clients look for. */
export class RestFailure extends Error {
  readonly status: number
  readonly detail: string | ValidationDetail[]
  readonly retryAfterMs: number | undefined

  constructor(status: number, detail: string | ValidationDetail[], retryAfterMs?: number) {
    super(typeof detail === 'string' ? detail : 'The input is not valid.')
    this.name = 'RestFailure'
    this.status = status
    this.detail = detail
    this.retryAfterMs = retryAfterMs
  }
}

/** Sends a whole answer. */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  res.end(text)
}

/** Sends a failure in the form of the original's API: `{"detail": …}`. */
export function sendFailure(res: ServerResponse, failure: RestFailure): void {
  if (failure.retryAfterMs !== undefined) res.setHeader('retry-after', Math.ceil(failure.retryAfterMs / 1000))
  // What is left of a body that is too large is not read.
  if (failure.status === 413) res.setHeader('connection', 'close')
  sendJson(res, failure.status, { detail: failure.detail })
}
