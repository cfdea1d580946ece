import type { RunLogger } from '../runs/ports.ts'
import { describeError } from './error-map.ts'

/** Writes down what callers may not see: errors that nobody threw on purpose. Expected ones are answers, not news. */
export function logUnexpected(logger: RunLogger, error: Error, fields: Record<string, unknown>): void {
  if (describeError(error).unexpected) logger.error({ ...fields, err: error.cause ?? error }, 'a call failed')
}
