import { type ErrorCode, type ErrorInfo, errorCodeOf } from '@reynard/protocol'
import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { ZodError } from 'zod'

type TrpcCode = keyof typeof TRPC_ERROR_CODES_BY_KEY

/** The one map from our codes to those of tRPC and HTTP. */
export const ERROR_MAP = {
  'bad-request': { trpc: 'BAD_REQUEST', status: 400 },
  unauthorized: { trpc: 'UNAUTHORIZED', status: 401 },
  forbidden: { trpc: 'FORBIDDEN', status: 403 },
  'not-found': { trpc: 'NOT_FOUND', status: 404 },
  conflict: { trpc: 'CONFLICT', status: 409 },
  'too-many-requests': { trpc: 'TOO_MANY_REQUESTS', status: 429 },
  unsupported: { trpc: 'UNPROCESSABLE_CONTENT', status: 422 },
  'no-engine': { trpc: 'SERVICE_UNAVAILABLE', status: 503 },
  'model-missing': { trpc: 'NOT_FOUND', status: 404 },
  'engine-unreachable': { trpc: 'BAD_GATEWAY', status: 502 },
  'engine-busy': { trpc: 'SERVICE_UNAVAILABLE', status: 503 },
  'engine-failed': { trpc: 'BAD_GATEWAY', status: 502 },
  'engine-timeout': { trpc: 'GATEWAY_TIMEOUT', status: 504 },
  'out-of-memory': { trpc: 'SERVICE_UNAVAILABLE', status: 503 },
  'content-blocked': { trpc: 'UNPROCESSABLE_CONTENT', status: 422 },
  aborted: { trpc: 'CLIENT_CLOSED_REQUEST', status: 499 },
  maintenance: { trpc: 'SERVICE_UNAVAILABLE', status: 503 },
  'shutting-down': { trpc: 'SERVICE_UNAVAILABLE', status: 503 },
  internal: { trpc: 'INTERNAL_SERVER_ERROR', status: 500 },
} as const satisfies Record<ErrorCode, { trpc: TrpcCode; status: number }>

/** What stands where the real text could tell a caller about our insides. The log has the real one. */
const MASK = 'Something went wrong in the server. Its log says what.'

/** tRPC's own refusals, in words. */
const SENTENCES: Partial<Record<TrpcCode, { code: ErrorCode; message: string }>> = {
  PAYLOAD_TOO_LARGE: { code: 'bad-request', message: 'That is too large to send in one piece.' },
  PARSE_ERROR: { code: 'bad-request', message: 'The request is not valid JSON.' },
  UNSUPPORTED_MEDIA_TYPE: { code: 'bad-request', message: 'Send application/json.' },
  METHOD_NOT_SUPPORTED: { code: 'bad-request', message: 'This call needs another HTTP method.' },
}

/** One broken rule of the input. `path` leads to the field. */
type InputIssue = { path: (string | number)[]; message: string; code: string }
/** What a failed call carries, whichever way it came in. `issues` are set for `bad-request` on a call's input. */
type ErrorDetails = ErrorInfo & { details?: Record<string, unknown>; issues?: InputIssue[] }

/** An error as its caller may see it. `unexpected`: nobody threw this on purpose, so its text is masked and belongs in the log. */
export type DescribedError = { info: ErrorDetails; trpc: TrpcCode; status: number; unexpected: boolean }

/** Finds our code in an error or in its cause, and says how each door answers it. */
export function describeError(thrown: unknown): DescribedError {
  const error = thrown instanceof TRPCError && thrown.cause !== undefined ? thrown.cause : thrown
  const code = errorCodeOf(error)
  if (code !== undefined && error instanceof Error) return describeOurs(code, error)
  if (error instanceof ZodError && !(thrown instanceof TRPCError && thrown.code !== 'BAD_REQUEST')) {
    return { info: describeInput(error), ...ERROR_MAP['bad-request'], unexpected: false }
  }
  if (thrown instanceof TRPCError && getHTTPStatusCodeFromError(thrown) < 500) return describeTrpc(thrown)
  return { info: { code: 'internal', message: MASK }, ...ERROR_MAP.internal, unexpected: true }
}

function describeOurs(code: ErrorCode, error: Error): DescribedError {
  if (code === 'internal') {
    // A failure of ours that the help explains (a full disk) was put in words for people; all others stay masked.
    const docs = 'docs' in error && typeof error.docs === 'string' ? error.docs : null
    const info = docs === null ? { code, message: MASK } : { code, message: error.message, docs }
    return { info, ...ERROR_MAP.internal, unexpected: true }
  }
  const info: ErrorDetails = { code, message: error.message }
  if ('retryAfterMs' in error && typeof error.retryAfterMs === 'number') info.retryAfterMs = error.retryAfterMs
  if ('docs' in error && typeof error.docs === 'string') info.docs = error.docs
  if ('details' in error && isFilledRecord(error.details)) info.details = error.details
  return { info, ...ERROR_MAP[code], unexpected: false }
}

function isFilledRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function describeInput(error: ZodError): ErrorDetails {
  const issues = error.issues.map(({ path, message, code }) => ({
    path: path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
    message,
    code,
  }))
  return { code: 'bad-request', message: issues[0]?.message ?? 'The input is not valid.', issues }
}

function describeTrpc(error: TRPCError): DescribedError {
  const status = getHTTPStatusCodeFromError(error)
  const known = SENTENCES[error.code]
  const code = known?.code ?? codeForStatus(status)
  return { info: { code, message: known?.message ?? error.message }, trpc: error.code, status, unexpected: false }
}

function codeForStatus(status: number): ErrorCode {
  const entry = Object.entries(ERROR_MAP).find(([, mapped]) => mapped.status === status)
  return errorCodeOf({ code: entry?.[0] }) ?? 'bad-request'
}

type ErrorShape = { message: string; code: number; data: { code: string; httpStatus: number; path?: string } }

/**
 * tRPC's `errorFormatter`. Puts our code, the words for people, the time to wait and the broken rules into `data.error`; stacks never leave.
 */
export function formatTrpcError({ shape, error }: { shape: ErrorShape; error: TRPCError }) {
  const { info, trpc, status } = describeError(error)
  const { path } = shape.data
  return {
    message: info.message,
    code: TRPC_ERROR_CODES_BY_KEY[trpc],
    data: { code: trpc, httpStatus: status, path, error: info },
  }
}
