import { currentRequest } from '../logging/request-context.ts'
import type { RunLogger } from '../runs/ports.ts'
import { describeError } from './error-map.ts'

/** Writes down what callers may not see: errors that nobody threw on purpose. Expected ones are answers, not news. */
export function logUnexpected(logger: RunLogger, error: Error, fields: Record<string, unknown>): void {
  if (!describeError(error).unexpected) return
  // Calls over a socket tell of their errors when they are over.
  const { requestId, userId } = currentRequest(error) ?? {}
  const request = requestId === undefined ? {} : { requestId, ...(userId && { userId }) }
  logger.error({ ...request, ...fields, err: error.cause ?? error }, 'a call failed')
}
