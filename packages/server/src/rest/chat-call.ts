import { randomUUID } from 'node:crypto'
import { type ErrorCode, emptyRunView, type RunEvent, type RunView, reduceRun, type ToolCall } from '@reynard/protocol'
import { ERROR_MAP } from '../http/error-map.ts'
import type { EngineSelector } from '../runs/ports.ts'
import type { RunService } from '../runs/run-service.ts'
import type { RestChatRequest } from './chat-request.ts'
import { RestFailure } from './rest-response.ts'
import type { StreamLine } from './stream-line.ts'

/** What a chat by REST works with. */
export type ChatHost = {
  runs: RunService
  selector: EngineSelector
  ownerId: string
  /** A model that is not there is a 404, instead of another one that answers. */
  strictModel: boolean
  /** False: the `context` of a request is not given to the model. */
  takesContext(): boolean
}

/** Why nothing answers, where that is not that nothing is there. */
const STATUS_OF_NONE: Partial<Record<ErrorCode, number>> = { 'model-missing': 404, forbidden: 403 }

/** When to ask again while an engine or a model is on its way, in milliseconds. */
const RETRY_AFTER_MS = 5000

/** A run that was started for one call. Whoever hangs up (`signal`) cancels it. */
export type ChatCall = {
  runId: string
  conversationId: string
  startedAt: number
  /** Each event with the view that it leads to, up to the end of the run. */
  events(): AsyncGenerator<{ event: RunEvent; view: RunView }, void>
}

/**
 * Asks as the chat page does: same queue, same log. Throws `RestFailure` where nothing can answer (503; with `retryAfterMs` while it is on
 * its way) or where a strict server lacks the model (404), and AppError for a full queue.
 */
export async function startChat(
  host: ChatHost,
  request: RestChatRequest,
  signal: AbortSignal,
  assistant: { id: string; toolsEnabled: boolean } | null = null,
): Promise<ChatCall> {
  const startedAt = Date.now()
  const model = request.model ?? null
  const selection = await host.selector.select({ model, strict: host.strictModel, userId: host.ownerId })
  if (selection.state === 'waiting') throw new RestFailure(503, selection.sentence, RETRY_AFTER_MS)
  if (selection.state === 'none') {
    throw new RestFailure(STATUS_OF_NONE[selection.error.code] ?? 503, selection.error.message)
  }
  const { runs, ownerId } = host
  const { runId, conversationId } = await runs.send(
    ownerId,
    {
      key: randomUUID(),
      conversationId: null,
      parentId: null,
      text: request.message,
      model,
      settings: {
        systemPrompt: request.system_prompt,
        temperature: request.temperature,
        maxTokens: request.max_tokens,
        ...(assistant !== null && { assistant: assistant.id }),
      },
    },
    {
      source: 'api',
      strict: host.strictModel,
      ...(assistant?.toolsEnabled === false && { withoutTools: true }),
      ...(request.tools && request.tools.length > 0 && { tools: request.tools }),
      // Escaped as JSON allows it, so that no value can end the label that stands around it.
      ...(request.context &&
        host.takesContext() && { contextData: JSON.stringify(request.context).replaceAll('<', '\\u003c') }),
    },
  )
  const cancel = () => void runs.cancel(ownerId, runId)
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel, { once: true })

  return {
    runId,
    conversationId,
    startedAt,
    async *events() {
      let view = emptyRunView(runId, startedAt)
      for await (const item of runs.watch(ownerId, { runId }, 0, signal)) {
        if (item.kind === 'rollback') continue
        for (const event of item.events) {
          view = reduceRun(view, event)
          yield { event, view }
          if (event.type === 'run-end') signal.removeEventListener('abort', cancel)
        }
      }
    },
  }
}

/** Statuses of what an engine says, where they would mean something else to our own caller: its own login, an address of ours. */
const ENGINE_STATUS: Partial<Record<ErrorCode, number>> = {
  unauthorized: 502,
  'engine-unreachable': 503,
  'model-missing': 503,
}

/** Why a run that has ended is no answer; null for one that is. */
export function failureOf(view: RunView): RestFailure | null {
  if (view.error !== null) {
    const { code, message, retryAfterMs } = view.error
    // What the engine does not take is bad input like any other.
    if (code === 'bad-request' || code === 'unsupported') {
      return new RestFailure(422, [{ type: 'value_error', loc: ['body'], msg: message }])
    }
    return new RestFailure(ENGINE_STATUS[code] ?? ERROR_MAP[code].status, message, retryAfterMs)
  }
  if (view.endReason === 'done' || view.endReason === 'length' || view.endReason === 'tool-calls') return null
  if (view.endReason === 'stopped') return null
  return new RestFailure(503, 'The server stopped before the answer was complete.', RETRY_AFTER_MS)
}

/** How a stream ends: with what the answer says about itself, or with why there is none. */
export function lastLine(call: ChatCall, view: RunView, at: number, more: Record<string, unknown> = {}): StreamLine {
  const failure = failureOf(view)
  if (failure === null) {
    return {
      type: 'complete',
      data: '',
      at,
      metadata: { ...answerFacts(call, view), ...answerMetadata(call, view), ...more },
    }
  }
  const metadata = { code: view.error?.code ?? 'shutting-down', run_id: call.runId }
  return { type: 'error', data: view.error?.message ?? failure.message, at, metadata }
}

/** What both forms of an answer say about it. Times in seconds. */
export function answerFacts(call: ChatCall, view: RunView) {
  return {
    model: view.model,
    processing_time: ((view.endedAt ?? Date.now()) - call.startedAt) / 1000,
    tokens_generated: view.usage?.completionTokens ?? view.tokens,
    tools_used: view.toolCalls.map(({ name }) => name),
  }
}

/** What is worth knowing beside that. `requested_model` and `note` stand where another model answered. */
export function answerMetadata(call: ChatCall, view: RunView): Record<string, unknown> {
  return {
    engine: view.engine,
    finish_reason: view.endReason,
    run_id: call.runId,
    conversation_id: call.conversationId,
    ...(view.usage?.promptTokens !== undefined && { prompt_tokens: view.usage.promptTokens }),
    ...(view.usage?.choosingTokens !== undefined && { choosing_tokens: view.usage.choosingTokens }),
    ...(view.reasoning !== '' && { reasoning: view.reasoning }),
    ...(view.toolCalls.some(isForCaller) && { tool_calls: view.toolCalls.filter(isForCaller).map(toolCallForCaller) }),
    ...(view.requestedModel !== null && {
      requested_model: view.requestedModel,
      note: `The model "${view.requestedModel}" is not here, so ${view.model} answered.`,
    }),
  }
}

/** A call as the caller is to run it. */
export function toolCallForCaller(call: { callId: string; name: string; arguments: Record<string, unknown> }) {
  return { id: call.callId, name: call.name, arguments: call.arguments }
}

/** Whether nobody runs a call here: it is handed to the caller. */
export function isForCaller(call: Pick<ToolCall, 'run'>): boolean {
  return call.run === null
}
