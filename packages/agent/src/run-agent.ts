import type { ChatRequest, Engine, EngineErrorCode, EngineMessage, EngineTool } from '@reynard/engine'
import type { NewRunEvent, RunParameters } from '@reynard/protocol'
import { type EngineCallObserver, watchCall } from './engine-call.ts'
import { type AgentMessage, fitContext } from './fit-context.ts'
import { toModelMessages } from './loop/model-messages.ts'
import type { ToolMode } from './loop/turn.ts'
import type { RecalledFact } from './recall-block.ts'
import type { TokenEstimator } from './token-estimator.ts'

/** One turn to be run. Sampling is already decided; what is absent is left to the engine. */
export type AgentRequest = {
  model: string
  system: string | null
  /** The path from the first question down; the last one is the question, or the unfinished answer when `mode` is `continue`. */
  messages: AgentMessage[]
  /** `continue`: goes on from the unfinished answer at the end. The model reads it and writes on; nothing of it is replayed. */
  mode: 'answer' | 'continue'
  parameters: RunParameters
  /** The window that the model runs with, in tokens. */
  windowTokens: number
  /** A smaller budget within it that the conversation asks for. */
  budgetTokens: number | null
  conversationId?: string
  tools?: EngineTool[]
  /** Kept free for the answer in tokens, where that is not all that it may take. */
  reservedTokens?: number
  /** What the model reads instead of the messages up to this one, where it is on the path. */
  summary?: { messageId: string; text: string } | null
  /** What was recalled for the question: read as data, after the system prompt. */
  memories?: readonly RecalledFact[]
  /** Tools that found no room beside the conversation, to be told of. */
  toolsLeftOut?: string[]
  /** The form in which the model reads calls of earlier steps. Native when absent. */
  toolMode?: ToolMode
  /** Words on the tools behind the system prompt, for a model that has no format for them; the same at each step of a turn. */
  toolGuide?: string
  /** Words of ours at the end of what the model reads. */
  instruction?: string
  /** JSON Schema that the engine holds the answer to. */
  format?: Record<string, unknown>
  keepAlive?: string
  think?: boolean
}

/** What a turn yields: events for the run log, deltas as the engine gave them (`tokens`: one when absent), and how it ended last. */
export type AgentPart =
  | Extract<NewRunEvent, { type: 'model-loading' | 'context-fitted' | 'tool-call' | 'usage' }>
  | { type: 'text'; text: string; tokens?: number }
  | { type: 'reasoning'; text: string; tokens?: number }
  /** The engine holds the call behind another one. */
  | { type: 'waiting' }
  | { type: 'end'; reason: 'done' | 'length' | 'tool-calls' }
  /** `unreadableCall`: as the engine's. */
  | { type: 'error'; code: EngineErrorCode; message: string; docs?: string; unreadableCall?: boolean }

type Run = {
  request: AgentRequest
  engine: Pick<Engine, 'kind' | 'chat'>
  estimator: TokenEstimator
  signal: AbortSignal
  /** When the next text is wanted; see the engine's `chat`. */
  pace?: () => Promise<void> | null
  /** Told of the call when it is over. */
  observer?: EngineCallObserver
}

function toEngineMessages(
  { toolMode, instruction }: AgentRequest,
  { kept, system }: Pick<ReturnType<typeof fitContext>, 'kept' | 'system'>,
): EngineMessage[] {
  const messages = kept.flatMap((message) => toModelMessages(message, toolMode ?? 'native'))
  const last = messages.at(-1)
  // At the end, so that what comes before it stays the same and need not be read anew.
  if (instruction !== undefined && last?.role === 'user') {
    messages[messages.length - 1] = { ...last, content: `${last.content}\n\n${instruction}` }
  } else if (instruction !== undefined) messages.push({ role: 'user', content: instruction })
  return system === null ? messages : [{ role: 'system', content: system }, ...messages]
}

/** An answer that stands before the results of its calls is not written on: the model answers to the results. */
function endsUnfinished(messages: EngineMessage[]): boolean {
  const last = messages.at(-1)
  return last?.role === 'assistant' && last.toolCalls === undefined
}

/**
 * Runs one turn: fits the context, calls the engine, passes on what it says. Exactly one `end` or `error` comes last.
 * Expected failures are parts; an engine that throws all the same becomes `engine-failed`. Stops when `signal` aborts.
 */
export async function* runAgent({
  request,
  engine,
  estimator,
  observer,
  ...call
}: Run): AsyncGenerator<AgentPart, void, void> {
  const { model, parameters } = request
  const windowTokens = Math.min(request.windowTokens, request.budgetTokens ?? request.windowTokens)
  const definitions = request.tools?.length ? JSON.stringify(request.tools) : ''
  const extraTokens = estimator.estimate(model, definitions + (request.toolGuide ?? '') + (request.instruction ?? ''))
  const fitted = fitContext({
    model,
    system: request.system,
    messages: request.messages,
    windowTokens,
    answerTokens: request.reservedTokens ?? parameters.maxTokens ?? Math.floor(windowTokens / 4),
    extraTokens,
    ...(request.toolsLeftOut !== undefined && { toolsLeftOut: request.toolsLeftOut }),
    ...(request.toolMode !== undefined && { toolMode: request.toolMode }),
    ...(request.toolGuide !== undefined && { toolGuide: request.toolGuide }),
    ...(request.summary !== undefined && { summary: request.summary }),
    ...(request.memories !== undefined && { memories: request.memories }),
    estimator,
  })
  const { report } = fitted
  yield report
  const messages = toEngineMessages(request, fitted)

  // A prompt that fills the window was cut by the engine: its count says nothing about the estimate.
  const learnFrom = (promptTokens: number | undefined) => {
    if (promptTokens !== undefined && promptTokens < request.windowTokens * 0.95) {
      estimator.learn(model, report.used, promptTokens)
    }
  }

  const chat: ChatRequest = {
    model,
    messages,
    contextTokens: request.windowTokens,
    ...(parameters.temperature !== undefined && { temperature: parameters.temperature }),
    ...(parameters.topP !== undefined && { topP: parameters.topP }),
    ...(parameters.maxTokens !== undefined && { maxTokens: parameters.maxTokens }),
    ...(request.tools?.length && { tools: request.tools }),
    ...(request.keepAlive !== undefined && { keepAlive: request.keepAlive }),
    ...(request.think !== undefined && { think: request.think }),
    ...(request.conversationId !== undefined && { conversationId: request.conversationId }),
    ...(request.format !== undefined && { format: request.format }),
    ...(request.mode === 'continue' && endsUnfinished(messages) && { continueLast: true }),
  }
  const watch = watchCall(observer, engine, chat)
  try {
    for await (const part of engine.chat(chat, call)) {
      watch?.part(part)
      switch (part.type) {
        case 'text':
        case 'reasoning':
        case 'waiting':
          yield part
          break
        case 'loading':
          yield { type: 'model-loading', model, expectedMs: part.expectedMs }
          break
        case 'tool-call':
          yield { type: 'tool-call', ...part.call }
          break
        case 'end':
          learnFrom(part.usage.promptTokens)
          yield { type: 'usage', ...part.usage }
          yield { type: 'end', reason: part.reason === 'stop' ? 'done' : part.reason }
          return
        case 'error':
          yield part
          return
        default:
          part satisfies never
      }
    }
    const silent = {
      type: 'error',
      code: 'engine-failed',
      message: 'The engine stopped without saying that it was done.',
    } as const
    watch?.part(silent)
    yield silent
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = call.signal.aborted ? 'aborted' : 'engine-failed'
    watch?.part({ type: 'error', code, message })
    yield { type: 'error', code, message }
  } finally {
    watch?.over()
  }
}
