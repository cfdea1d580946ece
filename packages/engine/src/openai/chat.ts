import type { Usage } from '@reynard/protocol'
import type { Dispatcher } from 'undici'
import type { ChatCall, ChatRequest, EnginePart } from '../engine.ts'
import { errorText } from '../http/management-fetch.ts'
import { openStream } from '../http/open-stream.ts'
import { type Deadline, deadlineMs, type EngineTimers } from '../http/timers.ts'
import { errorPart, statusFailure, UpstreamFailure } from '../http/upstream-failure.ts'
import { chatBody } from './chat-body.ts'
import { assembleCalls, type CallPiece, readChatEvent } from './chat-event.ts'

const maxLineBytes = 8 * 1024 * 1024

export type OpenAiChatDependencies = {
  baseUrl: string
  server: string
  headers: Record<string, string>
  dispatcher: Dispatcher
  timers: EngineTimers
  timeoutMs: Deadline
  closing: AbortSignal
}

/** `Engine.chat` over `/chat/completions`. An expected failure is a part of the answer. */
export function createOpenAiChat(deps: OpenAiChatDependencies) {
  return async function* chat(request: ChatRequest, call: ChatCall): AsyncGenerator<EnginePart, void> {
    const upstream = openStream({
      dispatcher: deps.dispatcher,
      url: `${deps.baseUrl}/chat/completions`,
      headers: { accept: 'text/event-stream', ...deps.headers },
      body: chatBody(request),
      signal: AbortSignal.any([call.signal, deps.closing]),
      timeoutMs: deadlineMs(deps.timeoutMs),
      timers: deps.timers,
      server: deps.server,
      maxLineBytes,
    })
    const pieces: CallPiece[] = []
    let finish: string | null = null
    let usage: Usage = {}
    try {
      const stream = await upstream.opened
      if (stream.status !== 200) {
        throw statusFailure(stream.status, errorText(await stream.text()), deps.server, request.model)
      }
      let over = false
      for (let batch = await stream.next(call.pace); batch !== null && !over; batch = await stream.next(call.pace)) {
        for (const line of batch) {
          // Comments keep the line open, and may do so for ever; names and numbers of events carry nothing here.
          if (!line.startsWith('data:')) continue
          stream.heard()
          const data = line.slice(5).trim()
          if (data === '[DONE]') {
            over = true
            break
          }
          const event = readChatEvent(data, deps.server)
          if (event.reasoning !== '') yield { type: 'reasoning', text: event.reasoning }
          if (event.text !== '') yield { type: 'text', text: event.text }
          pieces.push(...event.calls)
          finish ??= event.finish
          usage = event.usage ?? usage
        }
        if (over) break
      }
      // Some servers leave out `[DONE]`; one that leaves out both has broken off.
      if (!over && finish === null) {
        throw new UpstreamFailure(
          'engine-failed',
          `${deps.server} ended the answer without finishing it.`,
          'engine-failed',
        )
      }
      stream.finish()
      const calls = assembleCalls(pieces, deps.server)
      for (const made of calls) yield { type: 'tool-call', call: made }
      yield { type: 'end', reason: calls.length > 0 ? 'tool-calls' : finish === 'length' ? 'length' : 'stop', usage }
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error
      yield errorPart(error)
    } finally {
      upstream.close()
    }
  }
}
