import { Agent, type Dispatcher, request } from 'undici'
import { type LineStream, readLines } from './line-stream.ts'
import type { EngineTimers } from './timers.ts'
import { networkFailure, UpstreamFailure } from './upstream-failure.ts'

/**
 * Our own deadlines take the place of undici's: it would break off after 300 s of loading or waiting, however long the operator allows.
 * A socket per call, since calls stream for minutes.
 */
export function createDispatcher(): Agent {
  return new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: 10_000 },
    connections: null,
    pipelining: 1,
  })
}

export type StreamOptions = {
  dispatcher: Dispatcher
  url: string
  headers: Record<string, string>
  body: string
  /** Aborts the call, wherever it stands. */
  signal: AbortSignal
  /** How long the headers may take, and then each next thing that the caller has `heard`. */
  timeoutMs: number
  timers: EngineTimers
  /** For people, e.g. "Ollama at localhost:11434". */
  server: string
  maxLineBytes: number
}

type UpstreamStream = LineStream & {
  readonly status: number
  /** A part of an answer came. Bytes alone are none: whoever sends blank lines to keep a line open may do so for ever. */
  heard(): void
  /** Everything that is left, as text; for errors. At most 64 kB. */
  text(): Promise<string>
  /** The answer is whole: what is still on its way may come, and the connection is kept. */
  finish(): void
}

export type UpstreamCall = {
  /** Resolves with the first byte. Rejects with an `UpstreamFailure`. */
  opened: Promise<UpstreamStream>
  /** Frees the socket, wherever the call stands. Does nothing after `finish`. */
  close(): void
}

const afterEndMs = 2_000

/** Posts JSON and reads lines, with a deadline for silence. Every failure is an `UpstreamFailure`. */
export function openStream(options: StreamOptions): UpstreamCall {
  const { timers, timeoutMs, server } = options
  const controller = new AbortController()
  const cancel = () => controller.abort(new UpstreamFailure('aborted', 'The answer was stopped.'))
  if (options.signal.aborted) cancel()
  else options.signal.addEventListener('abort', cancel, { once: true })

  let heardAt = timers.now()
  let underway = false
  let finished = false
  const silence = () => {
    const left = heardAt + timeoutMs - timers.now()
    if (left > 0) {
      stopTimer = timers.after(left, silence)
      return
    }
    const seconds = Math.round(timeoutMs / 1000)
    const what = underway
      ? `was silent for ${seconds} s in mid-answer`
      : `gave no sign of an answer within ${seconds} s`
    controller.abort(new UpstreamFailure('engine-timeout', `${server} ${what}.`, 'time-outs'))
  }
  // One timer that looks back when it fires, instead of one that is set anew for each token.
  let stopTimer = timers.after(timeoutMs, silence)

  const release = () => {
    stopTimer()
    options.signal.removeEventListener('abort', cancel)
  }
  const explain = (error: unknown): UpstreamFailure => {
    const reason: unknown = controller.signal.reason
    return controller.signal.aborted && reason instanceof UpstreamFailure
      ? reason
      : networkFailure(error, server, underway)
  }

  const open = async (): Promise<UpstreamStream> => {
    try {
      const { body, statusCode } = await request(options.url, {
        method: 'POST',
        dispatcher: options.dispatcher,
        headers: { 'content-type': 'application/json', ...options.headers },
        body: options.body,
        signal: controller.signal,
      })
      heardAt = timers.now()
      underway = true
      const lines = readLines(body, options.maxLineBytes, server)
      const next: LineStream['next'] = (pace) =>
        lines.next(pace).catch((error: unknown) => {
          throw explain(error)
        })
      return {
        status: statusCode,
        heard() {
          heardAt = timers.now()
        },
        next,
        async text() {
          let text = ''
          for (let batch = await next(); batch !== null && text.length < 65_536; batch = await next()) {
            text += `${batch.join('\n')}\n`
          }
          return text.trim()
        },
        finish() {
          if (finished) return
          finished = true
          release()
          if (body.readableEnded || body.destroyed) return
          const giveUp = timers.after(afterEndMs, () => body.destroy())
          body.once('close', giveUp)
          body.resume()
        },
      }
    } catch (error) {
      throw explain(error)
    }
  }

  const opened = open()
  // A call that is closed before anybody waits for it is no unhandled rejection.
  opened.catch(() => {})
  return {
    opened,
    close() {
      if (finished) return
      release()
      cancel()
    },
  }
}
