import type { ErrorInfo } from '@reynard/protocol'

/** What the server says about a failed call: our code, words for people, the time to wait. Null where the server said nothing: it was not reached. */
export function errorInfoOf(error: unknown): ErrorInfo | null {
  if (!(error instanceof Object) || !('data' in error) || !(error.data instanceof Object)) return null
  return 'error' in error.data && isErrorInfo(error.data.error) ? error.data.error : null
}

function isErrorInfo(value: unknown): value is ErrorInfo {
  return value instanceof Object && 'code' in value && typeof value.code === 'string' && 'message' in value
}
