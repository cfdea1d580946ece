import { z } from 'zod'

/**
 * The closed set of things that can go wrong, as every client sees them. Compare codes, never classes: a class does not survive
 * the wire, nor a module that was loaded twice.
 */
export const errorCodeSchema = z.enum([
  'bad-request',
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'too-many-requests',
  'unsupported',
  'no-engine',
  'model-missing',
  'engine-unreachable',
  'engine-busy',
  'engine-failed',
  'engine-timeout',
  'out-of-memory',
  'content-blocked',
  'aborted',
  'maintenance',
  'shutting-down',
  'internal',
])
export type ErrorCode = z.infer<typeof errorCodeSchema>

/** What a failed call or run carries to its caller. `retryAfterMs` is set where waiting helps; `docs` is an anchor in docs/troubleshooting.md. */
export const errorInfoSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  retryAfterMs: z.number().int().nonnegative().optional(),
  docs: z.string().optional(),
})
export type ErrorInfo = z.infer<typeof errorInfoSchema>

type ErrorOptions = { details?: Record<string, unknown>; retryAfterMs?: number; docs?: string; cause?: unknown }

/** The one error that our code throws on purpose. `message` is shown to people: it names the thing and the way out. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: Record<string, unknown>
  readonly retryAfterMs: number | undefined
  readonly docs: string | undefined

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.details = options.details ?? {}
    this.retryAfterMs = options.retryAfterMs
    this.docs = options.docs
  }
}

/** The error's code, if it carries one of ours; `undefined` for anything else. */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  const code = error instanceof Object && 'code' in error ? errorCodeSchema.safeParse(error.code) : undefined
  return code?.success ? code.data : undefined
}
