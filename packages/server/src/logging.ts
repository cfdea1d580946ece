import { type DestinationStream, type Logger, pino } from 'pino'
import type { Env } from './env.ts'

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
]

/**
 * JSON lines on stderr, so that stdout stays the person's. Errors are logged by name, code and stack, never with their `cause`'s
 * payload: an engine's answer may quote the question.
 */
export function createLogger(env: Pick<Env, 'logLevel'>, destination: DestinationStream = standardError()): Logger {
  return pino(
    {
      level: env.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: hidden.flatMap((name) => [name, `*.${name}`]), censor: '[hidden]' },
      serializers: { err: errorForLog, error: errorForLog },
    },
    destination,
  )
}

/** Most that is kept for an output that takes nothing, in bytes. */
const backlogBytes = 1_000_000

/** A terminal that was closed, or a full disk under a log, ends the log and nothing else. */
function standardError(): DestinationStream {
  const destination = pino.destination({ dest: 2, maxLength: backlogBytes })
  destination.on('error', () => {})
  return destination
}

function errorForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error }
  const code = 'code' in error ? error.code : undefined
  return { name: error.name, code, message: error.message, stack: error.stack?.split('\n').slice(1, 8).join('\n') }
}
