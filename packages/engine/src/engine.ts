import type { EngineKind, ErrorCode, ModelInfo, Usage } from '@reynard/protocol'

/** A picture, as base64 of its file. PNG, JPEG, GIF or WebP. */
export type EngineImage = { mediaType: string; base64: string }

/** A turn as the model sees it. `images` only for a model with `vision`: some engines ignore them elsewhere, some refuse. */
export type EngineMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string; images?: readonly EngineImage[] }
  | { role: 'assistant'; content: string; reasoning?: string; toolCalls?: EngineToolCall[] }
  | { role: 'tool'; content: string; name: string; callId: string }

export type EngineToolCall = { callId: string; name: string; arguments: Record<string, unknown> }
export type EngineTool = { name: string; description: string; parameters: Record<string, unknown> }

/** One call of a model. What is absent is left to the engine; `contextTokens` is pinned per model by the caller, because a change reloads it. */
export type ChatRequest = {
  model: string
  messages: EngineMessage[]
  tools?: EngineTool[]
  temperature?: number
  topP?: number
  /** At least 1: Ollama takes 0 for "no limit" (measured on 0.24). */
  maxTokens?: number
  contextTokens?: number
  keepAlive?: string
  format?: 'json' | Record<string, unknown>
  think?: boolean
  /** Further options for Ollama's `options`, as they are. */
  options?: Record<string, number | string | boolean>
  /** Turns of one conversation share it, so that an engine can reuse the evaluated prefix. */
  conversationId?: string
  /** The last message is an unfinished answer to go on from. */
  continueLast?: boolean
}

/**
 * What comes out of a call. The iterable never throws for an expected failure: it yields `error` and ends. Exactly one `end` or `error` comes last.
 * `waiting`: the engine holds the call behind another one. `loading`: the model is being read into memory.
 */
export type EnginePart =
  | { type: 'loading'; expectedMs: number | null }
  | { type: 'waiting' }
  /** `tokens`: how many the text is made of, where they came together; one when absent. */
  | { type: 'reasoning'; text: string; tokens?: number }
  | { type: 'text'; text: string; tokens?: number }
  | { type: 'tool-call'; call: EngineToolCall }
  | { type: 'end'; reason: 'stop' | 'length' | 'tool-calls'; usage: Usage }
  /** `unreadableCall`: the model tried to call a tool, in a form that nobody could read. Told so, it may do better. */
  | { type: 'error'; code: EngineErrorCode; message: string; docs?: string; unreadableCall?: boolean }

export type EngineErrorCode = Extract<
  ErrorCode,
  | 'aborted'
  | 'bad-request'
  /** What the model wrote must go no further. */
  | 'content-blocked'
  | 'engine-busy'
  | 'engine-failed'
  | 'engine-timeout'
  | 'engine-unreachable'
  | 'model-missing'
  | 'out-of-memory'
  | 'unsupported'
  | 'unauthorized'
>

/** What a model asks to be sampled with, where its publisher says so. */
export type SamplingRecommendation = { temperature?: number; topP?: number }

export type ModelDetails = ModelInfo & {
  recommended: SamplingRecommendation
  template: string | null
  license: string | null
}

/** Progress of a pull: bytes over all layers, and the engine's own word for the step. */
export type PullProgress = { status: string; completedBytes: number | null; totalBytes: number | null }

export type ManagementVerb = 'pull' | 'remove' | 'copy' | 'create' | 'load' | 'unload' | 'embed'

export type EngineHealth = { ok: true; version: string | null } | { ok: false; code: ErrorCode; message: string }

type Call = { signal: AbortSignal }
/**
 * `pace`, asked when there is text: null where the caller takes it at once, else resolves when it wants what has come meanwhile, in one
 * piece. An engine that reads a stream can leave it unread so long. Ends and failures wait for nobody.
 */
export type ChatCall = Call & { pace?: () => Promise<void> | null }

/** The seam: what a model is and who provides one. A verb that is not in `supports` throws `AppError('unsupported')`. */
export interface Engine {
  readonly kind: EngineKind
  /** For people, e.g. "Ollama at localhost:11434". Holds no secret. */
  readonly label: string
  readonly supports: ReadonlySet<ManagementVerb>
  chat(request: ChatRequest, call: ChatCall): AsyncIterable<EnginePart>
  /** Vectors in the order of `input`. */
  embed(
    request: { model: string; input: string[] },
    call: Call,
  ): Promise<{ vectors: number[][]; promptTokens: number | null }>
  health(call: Call): Promise<EngineHealth>
  list(call: Call): Promise<ModelInfo[]>
  show(model: string, call: Call): Promise<ModelDetails>
  /** Names of models in memory, with the window each runs with. */
  loaded(
    call: Call,
  ): Promise<{ name: string; contextTokens: number | null; sizeBytes: number | null; expiresAt: number | null }[]>
  pull(model: string, call: Call): AsyncIterable<PullProgress>
  remove(model: string, call: Call): Promise<void>
  copy(source: string, destination: string, call: Call): Promise<void>
  create(
    request: { model: string; from: string; system?: string; parameters?: Record<string, unknown> },
    call: Call,
  ): Promise<void>
  /**
   * Reads a model into memory ahead of its first question, with the window that questions will ask for; where it is there already, its time
   * of leave begins anew. Takes as long as the disk does.
   */
  load(request: { model: string; contextTokens?: number; keepAlive?: string }, call: Call): Promise<void>
  unload(model: string, call: Call): Promise<void>
  /** Frees processes and sockets. Runs still in flight end with `aborted`. */
  close(): Promise<void>
}
