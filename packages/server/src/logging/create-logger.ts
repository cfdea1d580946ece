import { type DestinationStream, type Logger, pino } from 'pino'
import type { Env } from '../env.ts'
import { prettyLines } from './pretty-lines.ts'
import { keepingLines } from './recent-lines.ts'
import { currentRequest } from './request-context.ts'

export type { Logger }

/** Names under which text of people or secrets could come along by mistake; their values never reach the log. */
const hidden = [
  'text',
  'content',
  'prompt',
  'systemPrompt',
  'message.text',
  'headers',
  'apiKey',
  'token',
  'authorization',
  'password',
  'cookie',
  'secret',
]

/**
 * Lines on stderr, so that stdout stays the person's: JSON, or for people where the setting or a terminal says so. What is logged in a
 * request has its id, and the id of who asks. Errors are logged by name, code and stack, never with their `cause`'s
 * payload: an engine's answer may quote the question.
 */
export function createLogger(
  env: Pick<Env, 'logLevel' | 'logFormat'>,
  destination: DestinationStream = standardError(),
): Logger {
  const isPretty = env.logFormat === 'pretty' || (env.logFormat === 'auto' && process.stderr.isTTY)
  const kept = keepingLines(isPretty ? prettyLines(destination) : destination)
  const logger = pino(
    {
      level: env.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: hidden.flatMap((name) => [name, `*.${name}`]), censor: '[hidden]' },
      serializers: { err: errorForLog, error: errorForLog },
      mixin: requestFields,
    },
    kept.stream,
  )
  kept.of(logger)
  return logger
}

/** Most that is kept for an output that takes nothing, in bytes. */
const backlogBytes = 1_000_000

/** A terminal that was closed, or a full disk under a log, ends the log and nothing else. */
function standardError(): DestinationStream {
  const destination = pino.destination({ dest: 2, maxLength: backlogBytes })
  destination.on('error', () => {})
  return destination
}

/** Of the request that goes on; what a line says itself counts. */
function requestFields(): Record<string, unknown> {
  const context = currentRequest()
  if (context === undefined) return {}
  return { requestId: context.requestId, ...(context.userId !== null && { userId: context.userId }) }
}

function errorForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error }
  const code = 'code' in error ? error.code : undefined
  // Frames only: the stack begins with the message, which may have several lines.
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line))
  return { name: error.name, code, message: messageForLog(error), stack: frames?.slice(0, 7).join('\n') }
}

/** A parser quotes what it could not read, which may be what somebody wrote. */
function messageForLog(error: Error): string {
  return error instanceof SyntaxError ? error.message.replace(/["'`][\s\S]*["'`]/, '[hidden]') : error.message
}
