import type { Engine, EngineTool, SamplingRecommendation } from '@reynard/engine'
import type { ChatChange, ErrorInfo, ModelCapability } from '@reynard/protocol'

/** Where a run goes: one model on one engine, with what is pinned for it. */
export type EngineTarget = {
  engine: Engine
  /** Names the machine behind the engine: targets with one host share its ceiling. No secret in it; e.g. the base URL. */
  host: string
  model: string
  /** The name that was asked for, where another model answers because that one is not there; else null. */
  requestedModel: string | null
  /** The window that this model runs with, in tokens: one number per model, because a change reloads it. */
  contextTokens: number
  keepAlive: string | null
  recommended: SamplingRecommendation
  capabilities: readonly ModelCapability[]
  /** False for a model so small that the titles it makes say less than the question itself. */
  writesTitles: boolean
  /** The operator's number of parallel runs for this model; null where it is to be learnt. */
  slots: number | null
}

/**
 * `ready`: go. `waiting`: a model or an engine is on its way; ask again after the next change. `none`: nothing is known to come;
 * `error` says what is missing (`no-engine`, `model-missing`) and how to get it. `awaitsFirst`: no model has answered yet since the
 * server started, so a person's question is kept until one does, whichever way it comes.
 */
export type EngineSelection =
  | { state: 'ready'; target: EngineTarget }
  | { state: 'waiting'; sentence: string }
  | { state: 'none'; error: ErrorInfo; awaitsFirst: boolean }

/** Decides which engine and model answer. */
export interface EngineSelector {
  /**
   * Answers from what is known already (a first look at a model may ask its engine once). `model` null means the default one.
   * `strict`: a model that is not there is `none` with `model-missing` instead of falling back to the default. What is not for who asks
   * is `none` with `forbidden`.
   */
  select(query: { model: string | null; strict: boolean; userId: string }): Promise<EngineSelection>
  /** Calls back whenever another answer of `select` is possible. Returns how to stop. */
  onChange(listener: () => void): () => void
  /** A run found that its engine is gone: looks now, and answers no `select` before it knows. */
  suspect(engine: Engine): void
}

/** What the operator set; null where nothing is set. Read anew for each run. */
export interface OperatorSettings {
  read(): {
    systemPrompt: string | null
    temperature: number | null
    maxTokens: number | null
    titles: boolean
    /** Whether anything is recalled, or earlier turns summarised. */
    contextAwareness: boolean
  }
}

/** Time, so that tests own it. `after` calls back once, at the earliest `delayMs` from now; returns how to cancel. */
export interface Clock {
  now(): number
  after(delayMs: number, run: () => void): () => void
}

/** Tells every open page of one person what to read again. Never throws, never blocks. */
export interface ChangeSink {
  publish(ownerId: string, change: ChatChange): void
}

/** What is worth a line in the log. */
export interface RunLogger {
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** What a call may ask for beyond what the chat page sends: REST and other apps. */
export type SendOptions = {
  source?: 'ui' | 'api'
  /** A model that is not there is an error instead of a fallback. */
  strict?: boolean
  /** Handed to the model; its calls come back as events and are not run. */
  tools?: EngineTool[]
  /** The assistant answers without its tools. */
  withoutTools?: boolean
  /** Data given to the model beside the question, labelled as such; JSON or plain text. */
  contextData?: string
}

/** The real clock. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
