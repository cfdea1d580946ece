import type { IncomingMessage, ServerResponse } from 'node:http'
import { isJson } from '../http/trpc-http.ts'
import {
  answerFacts,
  answerMetadata,
  type ChatCall,
  type ChatHost,
  failureOf,
  startChat,
  toolCallForCaller,
} from './chat-call.ts'
import { chatRequestSchema, type RestChatRequest } from './chat-request.ts'
import { REST_BODY_BYTES, readBody } from './read-body.ts'
import { RestFailure, sendJson } from './rest-response.ts'
import { formatLine, type StreamLine } from './stream-line.ts'
import { validationDetail } from './validation-detail.ts'

/** `POST /api/ollama/chat`: the whole answer at once. */
export async function answerChat(host: ChatHost, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const request = await readChatRequest(req)
  const call = await startChat(host, request, hangUpSignal(res))
  for await (const { event, view } of call.events()) {
    if (event.type !== 'run-end') continue
    const failure = failureOf(view)
    if (failure !== null) throw failure
    sendJson(res, 200, {
      success: true,
      response: view.text,
      ...answerFacts(call, view),
      metadata: answerMetadata(call, view),
    })
  }
}

/** `POST /api/ollama/chat/stream`: each token as it comes, as lines of JSON, or as Server-Sent Events where the caller accepts those. */
export async function streamChat(host: ChatHost, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const request = await readChatRequest(req)
  const signal = hangUpSignal(res)
  const call = await startChat(host, request, signal)
  const asEvents = req.headers.accept?.includes('text/event-stream') ?? false
  res.writeHead(200, {
    'content-type': asEvents ? 'text/event-stream; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  // From here on the caller knows that its question was taken, however long the first token takes.
  res.flushHeaders()
  for await (const line of streamLines(call)) {
    // A caller that reads slowly holds up nothing but itself: the log keeps what it has not read.
    if (!res.write(formatLine(line, asEvents))) await drained(res, signal)
  }
  res.end()
}

async function* streamLines(call: ChatCall): AsyncGenerator<StreamLine, void> {
  for await (const { event, view } of call.events()) {
    const { at } = event
    if (event.type === 'text-delta') yield { type: 'token', data: event.text, at, metadata: {} }
    else if (event.type === 'tool-call') yield { type: 'tool_call', data: '', at, metadata: toolCallForCaller(event) }
    else if (event.type === 'run-end') {
      const failure = failureOf(view)
      yield failure === null
        ? { type: 'complete', data: '', at, metadata: { ...answerFacts(call, view), ...answerMetadata(call, view) } }
        : {
            type: 'error',
            data: view.error?.message ?? failure.message,
            at,
            metadata: { code: view.error?.code ?? 'shutting-down', run_id: call.runId },
          }
    }
  }
}

/** Every kind of bad input is a 422 whose `detail` is a list, also what is no JSON at all. */
async function readChatRequest(req: IncomingMessage): Promise<RestChatRequest> {
  if (!isJson(req)) {
    throw new RestFailure(422, [
      { type: 'content_type', loc: ['header', 'content-type'], msg: 'Content-Type should be application/json' },
    ])
  }
  const text = await readBody(req)
  if (text === null) throw new RestFailure(413, `A request holds ${REST_BODY_BYTES} bytes at most.`)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    const position = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length)
    throw new RestFailure(422, [{ type: 'json_invalid', loc: ['body', position], msg: 'JSON decode error' }])
  }
  const parsed = chatRequestSchema.safeParse(body)
  if (!parsed.success) throw new RestFailure(422, validationDetail(parsed.error, body))
  return parsed.data
}

/** Aborts when the caller is gone before its answer is complete. */
function hangUpSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController()
  if (res.destroyed) controller.abort()
  res.once('close', () => {
    if (!res.writableFinished) controller.abort()
  })
  return controller.signal
}

function drained(res: ServerResponse, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = () => {
    res.off('drain', done)
    signal.removeEventListener('abort', done)
    resolve()
  }
  if (signal.aborted) resolve()
  else {
    res.on('drain', done)
    signal.addEventListener('abort', done)
  }
  return promise
}
