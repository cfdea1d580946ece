import { AppError } from '@reynard/protocol'
import { networkFailure, statusFailure, type UpstreamFailure } from './upstream-failure.ts'

export type ManagementCall = {
  signal: AbortSignal
  server: string
  /** Named in the error where it is not there. */
  model: string
  headers: Record<string, string>
}

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
    if (response.ok) return response
    const text = await response.text().catch(() => '')
    throw toAppError(statusFailure(response.status, errorText(text), call.server, call.model))
  }
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
