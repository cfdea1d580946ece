import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RunView, ToolCall } from '@reynard/protocol'
import {
  answerFacts,
  answerMetadata,
  type ChatCall,
  type ChatHost,
  failureOf,
  isForCaller,
  lastLine,
  startChat,
  toolCallForCaller,
} from './chat-call.ts'
import { assistantRequestSchema } from './chat-request.ts'
import { readRequest } from './read-request.ts'
import { RestFailure, sendJson } from './rest-response.ts'
import { hangUpSignal, streamAnswer } from './stream-answer.ts'
import type { StreamLine } from './stream-line.ts'

export type AssistantHost = ChatHost & { assistantsEnabled(): boolean }

/** `POST /api/ollama/assistant`: the whole answer of an assistant at once, with what its tools did. */
export async function answerAssistant(host: AssistantHost, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { call, assistantType } = await start(host, req, hangUpSignal(res))
  for await (const { event, view } of call.events()) {
    if (event.type !== 'run-end') continue
    const failure = failureOf(view)
    if (failure !== null) throw failure
    sendJson(res, 200, {
      success: true,
      response: view.text,
      ...answerFacts(call, view),
      ...assistantFacts(assistantType, view),
      metadata: answerMetadata(call, view),
    })
  }
}

/** `POST /api/ollama/assistant/stream`: tokens and calls as they come. */
export async function streamAssistant(host: AssistantHost, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const signal = hangUpSignal(res)
  const { call, assistantType } = await start(host, req, signal)
  await streamAnswer(req, res, signal, streamLines(call, assistantType))
}

async function start(host: AssistantHost, req: IncomingMessage, signal: AbortSignal) {
  const { assistant_type: id, tools_enabled, ...request } = await readRequest(req, assistantRequestSchema)
  if (!host.assistantsEnabled()) {
    throw new RestFailure(503, 'Assistants are switched off on this server (OLLAMA_ASSISTANT_ENABLED).')
  }
  const call = await startChat(host, request, signal, { id, toolsEnabled: tools_enabled ?? true })
  return { call, assistantType: id }
}

async function* streamLines(call: ChatCall, assistantType: string): AsyncGenerator<StreamLine, void> {
  for await (const { event, view } of call.events()) {
    const { at } = event
    if (event.type === 'text-delta') yield { type: 'token', data: event.text, at, metadata: {} }
    else if (event.type === 'tool-call') {
      const { callId, name, arguments: given, run = null } = event
      const metadata = { tool_name: name, tool_args: given, tool_call_id: callId }
      yield {
        type: 'tool_call',
        data: '',
        at,
        metadata: run === null ? { ...metadata, ...toolCallForCaller(event) } : metadata,
      }
    } else if (event.type === 'run-end') yield lastLine(call, view, at, assistantFacts(assistantType, view))
  }
}

/** What an assistant's answer says beyond a chat's. Denied calls are among `tool_calls`, and `note` says why and what would allow them. */
function assistantFacts(assistantType: string, { reasoning, toolCalls }: RunView): Record<string, unknown> {
  const denied = toolCalls.filter(({ failure }) => failure?.failure === 'denied').map(({ name }) => name)
  return {
    assistant_type: assistantType,
    // Those that ran: what was denied was not used.
    tools_used: toolCalls.filter((call) => isForCaller(call) || call.startedAt !== null).map(({ name }) => name),
    reasoning: reasoning === '' ? null : reasoning,
    tool_calls: toolCalls.map(callFacts),
    ...(denied.length > 0 && {
      note: `Denied, because it needs an approval and nobody can be asked here: ${denied.join(', ')}. The owner of this server can allow it: “Calls by the API” among its rules, or REYNARD_API_TOOLS=true.`,
    }),
  }
}

/** One that is handed to the caller has come to nothing yet, and says in the caller's own words too what to run. */
function callFacts(call: ToolCall) {
  const { callId, name, arguments: given, state, content, failure } = call
  return {
    tool_name: name,
    tool_args: given,
    tool_call_id: callId,
    success: isForCaller(call) ? null : state === 'done',
    result: content,
    error: failure?.message ?? null,
    ...(isForCaller(call) && toolCallForCaller(call)),
  }
}
