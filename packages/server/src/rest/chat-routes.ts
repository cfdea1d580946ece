import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  answerFacts,
  answerMetadata,
  type ChatCall,
  type ChatHost,
  failureOf,
  lastLine,
  startChat,
  toolCallForCaller,
} from './chat-call.ts'
import { chatRequestSchema } from './chat-request.ts'
import { readRequest } from './read-request.ts'
import { sendJson } from './rest-response.ts'
import { hangUpSignal, streamAnswer } from './stream-answer.ts'
import type { StreamLine } from './stream-line.ts'

/** `POST /api/ollama/chat`: the whole answer at once. */
export async function answerChat(host: ChatHost, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const request = await readRequest(req, chatRequestSchema)
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
  const request = await readRequest(req, chatRequestSchema)
  const signal = hangUpSignal(res)
  const call = await startChat(host, request, signal)
  await streamAnswer(req, res, signal, streamLines(call))
}

async function* streamLines(call: ChatCall): AsyncGenerator<StreamLine, void> {
  for await (const { event, view } of call.events()) {
    const { at } = event
    if (event.type === 'text-delta') yield { type: 'token', data: event.text, at, metadata: {} }
    else if (event.type === 'tool-call') yield { type: 'tool_call', data: '', at, metadata: toolCallForCaller(event) }
    else if (event.type === 'run-end') yield lastLine(call, view, at)
  }
}
