import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type FakeAnswer, tokenize } from './answer.ts'
import type { Pacer } from './pacer.ts'
import { createPacketWriter } from './packet-writer.ts'
import type { RecordedRequest } from './request-log.ts'
import type { AnswerEnd, WireFormat } from './wire-format.ts'

export type StreamJob = {
  res: ServerResponse
  request: RecordedRequest
  answer: FakeAnswer
  wire: WireFormat
  pacer: Pacer
  /** `Infinity`: as fast as the client takes it. */
  tokensPerSecond: number
  /** Tokens after which the answer is cut with `length`. */
  limit: number
  end: Omit<AnswerEnd, 'lastText' | 'toolCalls' | 'doneReason' | 'evalCount' | 'evalMs' | 'totalMs'>
}

/** Streams one answer at its rate, with its fault if it has one. Resolves when the exchange is over, however it ended. */
export async function streamAnswer(job: StreamJob): Promise<void> {
  const { res, request, answer, wire } = job
  const { fault } = answer
  const reasoning = tokenize(answer.reasoning)
  const text = fault?.kind === 'swallowed-tool-call' ? [] : tokenize(answer.text)
  const all = [...reasoning, ...text]
  if (fault?.kind === 'silent-end') all.push(...Array<string>(31).fill(' ha'))
  const cutOff = all.length > job.limit
  const pieces = cutOff ? all.slice(0, job.limit) : all
  const lastText = answer.textInLast === true ? (pieces.pop() ?? '') : ''
  const faultAt = fault === undefined ? -1 : Math.min(fault.afterTokens ?? 3, pieces.length)
  const startedAt = performance.now()
  const over = once(res, 'close')

  const packets =
    fault?.kind === 'split-lines'
      ? createPacketWriter(res, [1, 7, 2, 61, 3, 1, 113])
      : fault?.kind === 'slow-drip'
        ? createPacketWriter(res, [1])
        : undefined
  // Lines that are due in the same instant are one chunk, as they are in the recordings.
  let due = ''
  const write = (line: string) => {
    if (packets === undefined) due += line
    else packets.write(line)
  }
  const flush = () => {
    if (due !== '') res.write(due)
    due = ''
  }
  const end = (line = '') => {
    write(line)
    flush()
    if (packets === undefined) res.end()
    else packets.end()
  }

  const finish = () => {
    const calls = fault?.kind === 'swallowed-tool-call' ? [] : (answer.toolCalls ?? [])
    const inLast = answer.toolCallsIn === 'last'
    if (!inLast && calls.length > 0) write(wire.toolCalls(calls))
    const ms = performance.now() - startedAt
    end(
      wire.end({
        ...job.end,
        lastText,
        toolCalls: inLast ? calls : [],
        doneReason: answer.doneReason ?? (cutOff ? 'length' : 'stop'),
        evalCount:
          answer.evalCount ?? (fault?.kind === 'swallowed-tool-call' ? 30 : pieces.length + (lastText === '' ? 1 : 2)),
        evalMs: ms,
        totalMs: ms,
      }),
    )
  }

  /** True: the stream is over or stays silent. */
  const breaks = (): boolean => {
    switch (fault?.kind) {
      case 'silence-mid-stream':
        return true
      case 'error-line':
        end(wire.error(fault.message ?? 'an error was encountered while running the model: unexpected EOF'))
        return true
      case 'end-without-done':
        end()
        return true
      case 'eof':
        flush()
        request.cutting = true
        res.socket?.end()
        return true
      case 'reset':
        flush()
        request.cutting = true
        res.socket?.resetAndDestroy()
        return true
      case 'broken-line':
        write(wire.brokenLine())
        return false
      case 'wrong-types':
        write(wire.wrongTypes())
        return false
      case 'huge-line':
        write(wire.hugeLine(fault.bytes ?? 10_000_000))
        return false
      default:
        return false
    }
  }

  let sent = 0
  /** Writes up to `count` tokens; false once there is nothing left to do. */
  const emit = (count: number): boolean => {
    if (res.destroyed) return false
    if (res.writableNeedDrain) return true
    try {
      for (let n = 0; n < count; n++) {
        if (sent === faultAt && breaks()) return false
        const piece = pieces[sent]
        if (piece === undefined) {
          if (fault?.kind === 'silent-end') end()
          else finish()
          return false
        }
        write(sent < reasoning.length ? wire.reasoning(piece) : wire.text(piece))
        sent++
        request.tokensSent = sent
      }
      return true
    } finally {
      if (!res.writableEnded && !res.destroyed) flush()
    }
  }

  res.writeHead(200, { 'Content-Type': wire.contentType })
  if (Number.isFinite(job.tokensPerSecond)) {
    const stop = job.pacer.add({ tokensPerSecond: job.tokensPerSecond, emit })
    await over
    stop()
    return
  }
  while (emit(32)) {
    if (res.writableNeedDrain) await Promise.race([once(res, 'drain'), over])
    else await nextTurn()
  }
  if (!res.closed) await over
}
