import { AppError } from '@reynard/protocol'
import { networkFailure, statusFailure, type UpstreamFailure } from './upstream-failure.ts'

export type ManagementCall = {
  signal: AbortSignal
  server: string
  /** Named in the error where it is not there. */
  model: string
  headers: Record<string, string>
  /** The answer is as long as the work takes, such as the progress of a pull. Absent: it comes in one piece, of `mostBytes` at most. */
  isLong?: boolean
}

/** Lists of hundreds of models, with their licences and templates, are far below this. */
const mostBytes = 16 * 1024 * 1024
const mostErrorBytes = 64 * 1024

/** `fetch` whose failures are `AppError`s, and which is aborted by the caller's signal besides any that it is given. */
export function managementFetch(call: ManagementCall): typeof fetch {
  return async (input, init) => {
    const signals = init?.signal ? [call.signal, init.signal] : [call.signal]
    let response: Response
    try {
      const headers = new Headers(init?.headers)
      for (const [name, value] of Object.entries(call.headers)) headers.set(name, value)
      response = await fetch(input, { ...init, headers, signal: AbortSignal.any(signals) })
    } catch (error) {
      throw managementError(error, call)
    }
    if (response.ok) return call.isLong ? response : bounded(response, mostBytes, call.server)
    const text = await bounded(response, mostErrorBytes, call.server)
      .text()
      .catch(() => '')
    throw toAppError(statusFailure(response.status, errorText(text), call.server, call.model))
  }
}

/** The same response, broken off where it goes on beyond that: whatever is at the address must not fill our memory. */
function bounded(response: Response, bytes: number, server: string): Response {
  let left = bytes
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.byteLength
      if (left >= 0) controller.enqueue(chunk)
      else controller.error(new AppError('engine-failed', `${server} sent an answer of more than ${bytes} bytes.`))
    },
  })
  const { status, statusText, headers } = response
  return new Response(response.body?.pipeThrough(count), { status, statusText, headers })
}

/** What an exception of a management call means. */
export function managementError(error: unknown, call: ManagementCall): AppError {
  if (error instanceof AppError) return error
  if (call.signal.aborted) {
    const late = call.signal.reason instanceof DOMException && call.signal.reason.name === 'TimeoutError'
    return late
      ? new AppError('engine-timeout', `${call.server} did not answer in time.`, { docs: 'time-outs', cause: error })
      : new AppError('aborted', 'The call was stopped.', { cause: error })
  }
  return toAppError(networkFailure(error, call.server, false))
}

/** The failure as callers outside of this package know it. */
export function toAppError(failure: UpstreamFailure): AppError {
  return new AppError(failure.code, failure.message, { docs: failure.docs, cause: failure })
}

/** The text of an error body: `{"error": "…"}`, `{"error": {"message": "…"}}`, or nothing where it is no JSON of that form. */
export function errorText(body: string): string {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return ''
  }
  const error: unknown = Reflect.get(Object(value), 'error') ?? Reflect.get(Object(value), 'message')
  if (typeof error === 'string') return error
  const message: unknown = Reflect.get(Object(error), 'message')
  return typeof message === 'string' ? message : ''
}
