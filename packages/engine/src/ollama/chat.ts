import type { Dispatcher } from 'undici'
import type { ChatCall, ChatRequest, EnginePart } from '../engine.ts'
import { errorText } from '../http/management-fetch.ts'
import { openStream } from '../http/open-stream.ts'
import { type Deadline, deadlineMs, type EngineTimers } from '../http/timers.ts'
import { errorPart, statusFailure, UpstreamFailure } from '../http/upstream-failure.ts'
import { chatBody } from './chat-body.ts'
import { readChatChunks } from './chat-chunk.ts'
import { createWaitingWatch, type LoadedNames } from './waiting-watch.ts'

/** A line of Ollama is a token or a whole tool call; anything near this is no answer of it. */
const maxLineBytes = 8 * 1024 * 1024

export type ChatDependencies = {
  baseUrl: string
  server: string
  headers: Record<string, string>
  dispatcher: Dispatcher
  timers: EngineTimers
  timeoutMs: Deadline
  closing: AbortSignal
  thinks(model: string, signal: AbortSignal): Promise<boolean>
  loaded(): Promise<LoadedNames | null>
  isLoaded(model: string, loaded: LoadedNames): boolean
}

/** Calls that have a model: those under way, and those left during the evaluation of the prompt, which Ollama finishes all the same. */
type Occupancy = { underway: number; abandoned: boolean; loadMs: number | null }

/** `Engine.chat` over Ollama's `/api/chat`. An expected failure is a part of the answer. */
export function createOllamaChat(deps: ChatDependencies) {
  const occupancies = new Map<string, Occupancy>()

  return async function* chat(request: ChatRequest, call: ChatCall): AsyncGenerator<EnginePart, void> {
    const signal = AbortSignal.any([call.signal, deps.closing])
    const occupancy = occupancies.get(request.model) ?? { underway: 0, abandoned: false, loadMs: null }
    occupancies.set(request.model, occupancy)
    // Asked only where it matters: the answer is kept, but the first one costs a round trip.
    const thinks = request.think === undefined ? false : await deps.thinks(request.model, signal)
    const upstream = openStream({
      dispatcher: deps.dispatcher,
      url: `${deps.baseUrl}/api/chat`,
      headers: deps.headers,
      body: chatBody(request, thinks),
      signal,
      timeoutMs: deadlineMs(deps.timeoutMs),
      timers: deps.timers,
      server: deps.server,
      maxLineBytes,
    })
    const takenBefore = occupancy.underway > 0
    occupancy.underway++
    let heard = false
    try {
      const watch = createWaitingWatch({
        timers: deps.timers,
        loaded: deps.loaded,
        isLoaded: (loaded) => deps.isLoaded(request.model, loaded),
        isTaken: () => (takenBefore && occupancy.underway > 1) || occupancy.abandoned,
        expectedLoadMs: () => occupancy.loadMs,
      })
      let loading = false
      for (let part = await watch.next(upstream.opened); part !== null; part = await watch.next(upstream.opened)) {
        loading ||= part.type === 'loading'
        yield part
      }
      const stream = await upstream.opened
      heard = true
      occupancy.abandoned = false
      if (stream.status !== 200) {
        throw statusFailure(stream.status, errorText(await stream.text()), deps.server, request.model)
      }

      let delivered = false
      let called = false
      for (let batch = await stream.next(call.pace); batch !== null; batch = await stream.next(call.pace)) {
        stream.heard()
        const { parts, done, failure } = readChatChunks(batch, deps.server)
        for (const part of parts) {
          delivered = true
          called ||= part.type === 'tool-call'
          yield part
        }
        if (failure !== null) throw failure
        if (done === false) continue
        stream.finish()
        if (loading && done.usage.loadMs !== undefined) occupancy.loadMs = done.usage.loadMs
        // Ollama's tool parser drops what it can't read and says nothing: only the count betrays it.
        if (!delivered && done.evalCount > 1) {
          throw new UpstreamFailure(
            'engine-failed',
            'The model wrote something that Ollama could not read (most likely a tool call), and nothing of it arrived. Try again.',
            'engine-failed',
            request.tools !== undefined && request.tools.length > 0,
          )
        }
        yield { type: 'end', reason: called ? 'tool-calls' : done.reason, usage: done.usage }
        return
      }
      throw new UpstreamFailure(
        'engine-failed',
        `${deps.server} ended the answer without finishing it.`,
        'engine-failed',
      )
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error
      yield errorPart(error)
    } finally {
      occupancy.underway--
      if (!heard && call.signal.aborted) occupancy.abandoned = true
      upstream.close()
    }
  }
}
