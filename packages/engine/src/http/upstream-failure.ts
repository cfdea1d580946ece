import type { EngineErrorCode, EnginePart } from '../engine.ts'

/** Why a call to an engine's server ended without an answer. Never leaves this package: it becomes an `error` part or an `AppError`. */
export class UpstreamFailure extends Error {
  readonly code: EngineErrorCode
  readonly docs: string | undefined
  /** The model tried to call a tool, in a form that the server could not read. */
  readonly unreadableCall: boolean

  constructor(code: EngineErrorCode, message: string, docs?: string, unreadableCall = false) {
    super(message)
    this.name = 'UpstreamFailure'
    this.code = code
    this.docs = docs
    this.unreadableCall = unreadableCall
  }
}

/** The failure as the last part of an answer. */
export function errorPart(failure: UpstreamFailure): EnginePart {
  const { code, message, docs, unreadableCall } = failure
  return {
    type: 'error',
    code,
    message,
    ...(docs !== undefined && { docs }),
    ...(unreadableCall && { unreadableCall }),
  }
}

/** Nobody was reached at all, and what the system's code for that means to a person. */
const unreachable = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'its name could not be looked up'],
  ['EHOSTUNREACH', 'no network leads there'],
  ['ENETUNREACH', 'no network leads there'],
  ['ETIMEDOUT', 'it gave no sign in time'],
  ['UND_ERR_CONNECT_TIMEOUT', 'it gave no sign in time'],
])

/** What an exception of the network means. `server` names the other side for people; `underway`: part of an answer had come. */
export function networkFailure(error: unknown, server: string, underway: boolean): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error
  const code = codeOf(error)
  const reason = unreachable.get(code ?? '')
  if (reason !== undefined) {
    return new UpstreamFailure('engine-unreachable', `${server} does not answer (${reason}).`, 'ollama-not-running')
  }
  return underway
    ? new UpstreamFailure('engine-unreachable', `${server} broke off the answer.`, 'engine-failed')
    : new UpstreamFailure(
        'engine-unreachable',
        `${server} closed the connection without an answer.`,
        'ollama-not-running',
      )
}

/** The system's or undici's code, also where `fetch` hides it in the cause. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return codeOf(error.cause)
}

const memory = /out of memory|more system memory|not enough memory|insufficient memory|cudaMalloc|failed to allocate/i

/** How Ollama's parsers say that a call was no JSON, or no XML, of the form that the model's template has. */
const unreadableCall =
  /\b(pars\w*|read|decod\w*|unmarshal\w*|invalid|malformed)\b.{0,40}\btool.?calls?\b|\btool.?calls?\b.{0,40}\b(pars\w*|invalid|malformed)\b|^failed to parse (JSON|input)\b|^XML syntax error\b/i

/** A status before the first byte, with the text the server gave for it (empty where there was none). */
export function statusFailure(status: number, text: string, server: string, model: string): UpstreamFailure {
  const said = text === '' ? `${server} answered with status ${status}.` : `${server}: ${shorten(text)}`
  if (memory.test(text)) return outOfMemory(text)
  switch (status) {
    case 400:
    case 422:
      return new UpstreamFailure(/does not support/i.test(text) ? 'unsupported' : 'bad-request', said)
    case 401:
      return new UpstreamFailure('unauthorized', `${server} wants a valid key.`)
    case 403:
      return new UpstreamFailure(
        'unauthorized',
        `${server} refused the request (403). It may answer only to other host names: see OLLAMA_HOST and OLLAMA_ORIGINS.`,
      )
    case 404:
      return text === ''
        ? new UpstreamFailure('engine-failed', `${server} does not know this path (404). Is the address right?`)
        : new UpstreamFailure('model-missing', `The model "${model}" is not here.`, 'model-missing')
    case 429:
    case 503:
      return new UpstreamFailure('engine-busy', `${server} is busy. Try again in a moment.`, 'busy')
    case 502:
    case 504:
      return new UpstreamFailure(
        'engine-unreachable',
        `${server} is not behind its proxy (${status}).`,
        'ollama-not-running',
      )
    default:
      if (unreadableCall.test(text)) return new UpstreamFailure('engine-failed', said, 'engine-failed', true)
      // Wrong options and formats are 500 on Ollama, though they are the caller's.
      return new UpstreamFailure(
        /^(option "|invalid format|failed to (parse|load).*(format|schema|grammar))/i.test(text)
          ? 'bad-request'
          : 'engine-failed',
        said,
      )
  }
}

/** `{"error"}` in the middle of an answer. */
export function lineFailure(text: string, server: string): UpstreamFailure {
  if (memory.test(text)) return outOfMemory(text)
  const message = `${server} broke off the answer: ${shorten(text)}`
  return new UpstreamFailure('engine-failed', message, 'engine-failed', unreadableCall.test(text))
}

const memoryFigures = /\(([\d.]+ [KMGT])i?B\)[^(]*\(([\d.]+) ([KMGT])i?B\)/

/** With the two numbers where the server said them: what the model needs, what is free. */
function outOfMemory(text: string): UpstreamFailure {
  const [, needed, free, unit] = memoryFigures.exec(text) ?? []
  const why =
    needed === undefined
      ? 'Take a smaller model or a smaller context window.'
      : `It needs ${needed}B, ${free}${needed.endsWith(`${unit}`) ? '' : ` ${unit}B`} are free.`
  return new UpstreamFailure('out-of-memory', `Out of memory. ${why}`, 'memory')
}

/** One line of at most 300 characters, without paths of the server's disk. */
function shorten(text: string): string {
  const line = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?:[A-Za-z]:\\|\/(?:[\w.-]+\/)+)[^\s"']*/g, '…')
    .trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
