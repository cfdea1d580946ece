import { randomUUID } from 'node:crypto'
import {
  type ChatModelFunctions,
  type ChatWrapper,
  LlamaChat,
  type LlamaContextSequence,
  type LlamaGrammar,
  QwenChatWrapper,
  resolveChatWrapper,
  type Token,
} from 'node-llama-cpp'
import type { ChatRequest, EngineTool } from '../../engine.ts'
import { toChatHistory } from './chat-history.ts'
import { evaluatePrompt } from './evaluate-prompt.ts'
import { type GrammarSchema, toGrammarSchema, toParameterSchema, withoutNulls } from './grammar-schema.ts'
import type { LoadedModel } from './load-model.ts'
import type { ChatEnding } from './messages.ts'
import { createSequencePool } from './sequence-pool.ts'

type Sink = {
  /** `tokens`: how many the text is made of. */
  piece(kind: 'text' | 'reasoning', text: string, tokens: number): void
  /** The prompt moved on; a sign of life before the first token. */
  progress(): void
}

export type Generator = {
  generate(request: ChatRequest, signal: AbortSignal, sink: Sink): Promise<ChatEnding>
}

/** Answers requests on one loaded model. The caller starts no more at once than there are sequences. */
export function createGenerator({ llama, model, context }: LoadedModel): Generator {
  if (context === null) throw new Error('A model loaded for vectors cannot chat.')
  const pool = createSequencePool(context)
  // Resolving compares templates for 140 ms: once per model, not once per call.
  const wrapper = resolveChatWrapper(model)
  const quietWrapper = withoutThoughts(wrapper)

  async function generate(request: ChatRequest, signal: AbortSignal, sink: Sink): Promise<ChatEnding> {
    const chatWrapper = request.think === false ? quietWrapper : wrapper
    const functions = request.tools?.length ? toFunctions(request.tools) : undefined
    const history = toChatHistory(request.messages)
    const rendered = chatWrapper.generateContextState({
      chatHistory: history.at(-1)?.type === 'model' ? history : [...history, { type: 'model', response: [] }],
      availableFunctions: functions,
    })
    const tokens = rendered.contextText.tokenize(model.tokenizer)
    const room = model.trainContextSize === 0 ? 0 : context!.contextSize - tokens.length - 1
    if (room < 1) {
      const [has, holds] = [tokens.length, context!.contextSize].map((count) => count.toLocaleString('en'))
      const message = `The conversation has ${has} tokens; the model's window holds ${holds}. Shorten it or choose a larger window.`
      return { type: 'error', code: 'bad-request', message }
    }
    const grammar = await grammarFor(request)
    const pooled = pool.take(tokens, request.conversationId ?? null)
    if (pooled === null) return { type: 'error', code: 'engine-busy', message: 'All places of the model are taken.' }
    try {
      return await answer(pooled.sequence)
    } finally {
      pool.release(pooled)
    }

    async function answer(sequence: LlamaContextSequence): Promise<ChatEnding> {
      const meter = sequence.tokenMeter.getState()
      const startedAt = performance.now()
      let firstAt: number | null = null
      let tokensHeld = 0
      await evaluatePrompt(sequence, tokens, signal, sink.progress)
      if (signal.aborted) return aborted
      const chat = new LlamaChat({ contextSequence: sequence, chatWrapper })
      try {
        const common = {
          signal,
          stopOnAbortSignal: true,
          maxTokens: Math.min(request.maxTokens ?? room, room),
          ...samplingOf(request),
          ...(request.think === false ? { budgets: { thoughtTokens: 0 } } : {}),
          onToken: () => {
            firstAt ??= performance.now()
          },
          onResponseChunk: (chunk: { type: 'segment' | undefined; text: string; tokens: Token[] }) => {
            firstAt ??= performance.now()
            tokensHeld += chunk.tokens.length
            if (chunk.text === '') return
            sink.piece(chunk.type === 'segment' ? 'reasoning' : 'text', chunk.text, tokensHeld)
            tokensHeld = 0
          },
        }
        const result = grammar
          ? await chat.generateResponse(history, { ...common, grammar, repeatPenalty: false })
          : await chat.generateResponse<ChatModelFunctions>(history, {
              ...common,
              functions,
              ...repeatPenaltyOf(request),
            })
        if (result.metadata.stopReason === 'abort') return aborted
        const endedAt = performance.now()
        const used = sequence.tokenMeter.diff(meter)
        const calls = (result.functionCalls ?? []).map((call) => ({
          callId: randomUUID(),
          name: call.functionName,
          arguments: withoutNulls(
            toArguments(call.params),
            request.tools?.find((tool) => tool.name === call.functionName)?.parameters,
          ),
        }))
        return {
          type: 'end',
          reason: calls.length > 0 ? 'tool-calls' : result.metadata.stopReason === 'maxTokens' ? 'length' : 'stop',
          calls,
          usage: {
            promptTokens: tokens.length,
            completionTokens: used.usedOutputTokens,
            promptMs: (firstAt ?? endedAt) - startedAt,
            completionMs: endedAt - (firstAt ?? endedAt),
          },
          evaluatedTokens: used.usedInputTokens,
        }
      } catch (error) {
        // An abort before the first token is thrown, whatever `stopOnAbortSignal` says.
        if (signal.aborted) return aborted
        throw error
      } finally {
        chat.dispose({ disposeSequence: false })
      }
    }
  }

  async function grammarFor(request: ChatRequest): Promise<LlamaGrammar | null> {
    if (request.format === undefined) return null
    if (request.format === 'json') return llama.getGrammarFor('json')
    return llama.createGrammarForJsonSchema<GrammarSchema, Record<never, never>>(toGrammarSchema(request.format))
  }

  return { generate }
}

const aborted: ChatEnding = { type: 'error', code: 'aborted', message: 'Stopped.' }

/** The same template told not to think. Other wrappers get a thinking budget of nothing. */
function withoutThoughts(wrapper: ChatWrapper): ChatWrapper {
  if (!(wrapper instanceof QwenChatWrapper)) return wrapper
  const { variation, keepOnlyLastThought } = wrapper
  return new QwenChatWrapper({ variation, keepOnlyLastThought, thoughts: 'discourage' })
}

function toFunctions(tools: readonly EngineTool[]): ChatModelFunctions {
  return Object.fromEntries(
    tools.map((tool) => [tool.name, { description: tool.description, params: toParameterSchema(tool.parameters) }]),
  )
}

function toArguments(params: unknown): Record<string, unknown> {
  return typeof params === 'object' && params !== null && !Array.isArray(params) ? { ...params } : {}
}

/** `options` carries Ollama's names for what has no field of its own, so that a setting means the same on every engine. */
function samplingOf({ temperature, topP, options = {} }: ChatRequest) {
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined)
  return {
    temperature: temperature ?? number(options.temperature),
    topP: topP ?? number(options.top_p),
    topK: number(options.top_k),
    minP: number(options.min_p),
    seed: number(options.seed),
    customStopTriggers: typeof options.stop === 'string' ? [options.stop] : undefined,
  }
}

function repeatPenaltyOf({ options = {} }: ChatRequest) {
  if (typeof options.repeat_penalty !== 'number') return {}
  return { repeatPenalty: options.repeat_penalty === 1 ? (false as const) : { penalty: options.repeat_penalty } }
}
