import type { Readable } from 'node:stream'
import { UpstreamFailure } from './upstream-failure.ts'

/** Lines as they come, several at a time. */
export type LineStream = {
  /**
   * The lines that have come since, at least one; null when the stream ended. Rejects when it broke. `pace` is asked when there is a line:
   * more gather until what it answers resolves, the stream ends, or so many wait that the socket is held up.
   */
  next(pace?: () => Promise<void> | null): Promise<string[] | null>
}

/** Lines that wait unread before the socket is told to wait. */
const highWater = 2_000
const newline = 10

/**
 * Splits a body at `\n`, wherever packets were cut, without a promise per line. A line of more than `maxLineBytes` ends the stream with a
 * typed failure. Text after the last newline counts as a line: single documents come without one.
 */
export function readLines(body: Readable, maxLineBytes: number, server: string): LineStream {
  let lines: string[] = []
  let rest: Buffer[] = []
  let restBytes = 0
  let ended = false
  let failure: unknown
  let wake: (() => void) | undefined
  let hurry: (() => void) | undefined

  const settle = () => {
    wake?.()
    wake = undefined
  }
  const settleNow = () => {
    settle()
    hurry?.()
  }
  const fail = (error: unknown) => {
    failure ??= error
    settleNow()
  }
  const add = (text: string) => {
    if (text !== '' && text !== '\r') lines.push(text)
  }

  body.on('data', (chunk: Buffer) => {
    if (failure !== undefined) return
    let from = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      if (restBytes > 0) {
        rest.push(chunk.subarray(from, at))
        add(Buffer.concat(rest).toString('utf8'))
        rest = []
        restBytes = 0
      } else add(chunk.toString('utf8', from, at))
      from = at + 1
    }
    if (from < chunk.length) {
      rest.push(chunk.subarray(from))
      restBytes += chunk.length - from
      if (restBytes > maxLineBytes) {
        fail(new UpstreamFailure('engine-failed', `${server} sent a line of more than ${maxLineBytes} bytes.`))
        body.destroy()
        return
      }
    }
    if (lines.length > highWater) {
      body.pause()
      settleNow()
    } else if (lines.length > 0) settle()
  })
  body.on('end', () => {
    add(Buffer.concat(rest).toString('utf8'))
    ended = true
    settleNow()
  })
  body.on('error', fail)
  body.on('close', () => {
    if (!ended) fail(new Error('closed'))
  })

  return {
    async next(pace) {
      while (lines.length === 0) {
        if (failure !== undefined) throw failure
        if (ended) return null
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const wanted = ended || failure !== undefined || body.isPaused() ? null : pace?.()
      if (wanted) {
        await new Promise<void>((resolve) => {
          hurry = resolve
          void wanted.then(resolve)
        })
        hurry = undefined
      }
      const batch = lines
      lines = []
      if (body.isPaused()) body.resume()
      return batch
    },
  }
}
