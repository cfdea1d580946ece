import type { ErrorInfo } from './error-code.ts'
import type { RecalledMemory } from './memory.ts'
import { changeCall, endCalls, type ToolCall, toolCallOf } from './reduce-tool-call.ts'
import type { EngineKind, RunEndReason, RunEvent, RunParameters, Usage } from './run-event.ts'

/** `acting`: a tool runs. `approval`: it waits for a person. */
export type RunPhase = 'queued' | 'starting' | 'loading' | 'thinking' | 'streaming' | 'acting' | 'approval' | 'ended'

/** One generation as anybody sees it, folded from its events. Times are UTC milliseconds. */
export type RunView = {
  runId: string
  /** The number of the last event that is folded in: a watcher goes on after it. */
  seq: number
  phase: RunPhase
  queue: { position: number; etaMs: number | null; place: 'queue' | 'engine' | 'model' } | null
  engine: EngineKind | null
  model: string | null
  requestedModel: string | null
  assistant: { id: string; name: string } | null
  toolMode: 'native' | 'constrained' | null
  parameters: RunParameters
  loading: { model: string; expectedMs: number | null; since: number } | null
  context: Omit<Extract<RunEvent, { type: 'context-fitted' }>, 'seq' | 'at' | 'type'> | null
  /** What the model was reminded of. Absent in views that were saved before there was a memory. */
  memories?: RecalledMemory[]
  reasoning: string
  reasoningStartedAt: number | null
  reasoningEndedAt: number | null
  text: string
  /** Tokens seen in deltas so far; `usage.completionTokens` is the engine's own count, once it is there. */
  tokens: number
  /** In the order they were made; each knows after how much of `text` and `reasoning` it stands. */
  toolCalls: ToolCall[]
  usage: Usage | null
  error: ErrorInfo | null
  endReason: RunEndReason | null
  /** Set where an admin stopped it from the console. */
  stoppedBy?: 'admin'
  /** How long it waited for a person so far, in milliseconds; `waitsSince`: it does so now. Absent in views of older servers. */
  waitedMs?: number
  waitsSince?: number | null
  createdAt: number
  startedAt: number | null
  firstTokenAt: number | null
  endedAt: number | null
}

/** A run of which nothing is known yet but that it was accepted. */
export function emptyRunView(runId: string, createdAt: number): RunView {
  return {
    runId,
    seq: 0,
    phase: 'queued',
    queue: null,
    engine: null,
    model: null,
    requestedModel: null,
    assistant: null,
    toolMode: null,
    parameters: {},
    loading: null,
    context: null,
    reasoning: '',
    reasoningStartedAt: null,
    reasoningEndedAt: null,
    text: '',
    tokens: 0,
    toolCalls: [],
    usage: null,
    error: null,
    endReason: null,
    waitedMs: 0,
    waitsSince: null,
    createdAt,
    startedAt: null,
    firstTokenAt: null,
    endedAt: null,
  }
}

/**
 * Folds one event into the view and returns the new view (the old one is left as it was). Events at or below `view.seq` are ignored,
 * so a replay may overlap. The same function serves browser, CLI, REST, server and tests.
 */
export function reduceRun(view: RunView, event: RunEvent): RunView {
  if (event.seq <= view.seq) return view
  const next = { ...view, seq: event.seq }
  switch (event.type) {
    case 'run-queued':
      return {
        ...next,
        phase: 'queued',
        loading: null,
        queue: { position: event.position, etaMs: event.etaMs, place: event.place },
      }
    case 'run-start':
      return {
        ...next,
        phase: 'starting',
        queue: null,
        engine: event.engine,
        model: event.model,
        requestedModel: event.requestedModel ?? null,
        assistant: event.assistant ?? null,
        toolMode: event.toolMode ?? null,
        parameters: event.parameters,
        startedAt: event.at,
      }
    case 'model-loading':
      return {
        ...next,
        phase: 'loading',
        queue: null,
        loading: { model: event.model, expectedMs: event.expectedMs, since: view.loading?.since ?? event.at },
      }
    case 'context-fitted': {
      const { seq: _seq, at: _at, type: _type, ...context } = event
      // Each further step reads again.
      return { ...next, phase: view.phase === 'acting' ? 'starting' : view.phase, context }
    }
    case 'memories-recalled':
      return { ...next, memories: event.memories }
    case 'reasoning-delta':
      return {
        ...next,
        phase: 'thinking',
        queue: null,
        loading: null,
        reasoning: view.reasoning + event.text,
        tokens: view.tokens + event.tokens,
        reasoningStartedAt: view.reasoningStartedAt ?? event.at,
        firstTokenAt: view.firstTokenAt ?? event.at,
      }
    case 'text-delta':
      return {
        ...next,
        phase: 'streaming',
        queue: null,
        loading: null,
        text: view.text + event.text,
        tokens: view.tokens + event.tokens,
        reasoningEndedAt: view.reasoningEndedAt ?? (view.reasoningStartedAt === null ? null : event.at),
        firstTokenAt: view.firstTokenAt ?? event.at,
      }
    case 'tool-call':
      return {
        ...next,
        phase: event.run === undefined ? view.phase : 'acting',
        loading: null,
        toolCalls: [...view.toolCalls, toolCallOf(event, view)],
        firstTokenAt: view.firstTokenAt ?? event.at,
        reasoningEndedAt: view.reasoningEndedAt ?? (view.reasoningStartedAt === null ? null : event.at),
      }
    case 'approval-request':
    case 'approval-decision':
    case 'tool-start':
    case 'tool-output':
    case 'tool-result':
    case 'tool-error': {
      const toolCalls = changeCall(view.toolCalls, event)
      const waits = toolCalls.some(({ state }) => state === 'waiting')
      return {
        ...next,
        ...waiting(view, waits, event.at),
        phase: waits ? 'approval' : 'acting',
        queue: null,
        toolCalls,
      }
    }
    case 'usage': {
      const { seq: _seq, at: _at, type: _type, ...usage } = event
      return { ...next, usage: { ...view.usage, ...usage } }
    }
    case 'run-error': {
      const { code, message, docs, retryAfterMs } = event
      return { ...next, error: { code, message, docs, retryAfterMs } }
    }
    case 'run-end':
      return {
        ...next,
        ...waiting(view, false, event.at),
        phase: 'ended',
        queue: null,
        loading: null,
        endReason: event.reason,
        ...(event.by !== undefined && { stoppedBy: event.by }),
        endedAt: event.at,
        toolCalls: endCalls(view.toolCalls, event),
        reasoningEndedAt: view.reasoningEndedAt ?? (view.reasoningStartedAt === null ? null : event.at),
      }
    default:
      event satisfies never
      return next
  }
}

/** Calls that wait at the same time are one wait. */
function waiting({ waitedMs = 0, waitsSince = null }: RunView, waits: boolean, at: number) {
  if (waits) return { waitedMs, waitsSince: waitsSince ?? at }
  return { waitedMs: waitedMs + (waitsSince === null ? 0 : Math.max(0, at - waitsSince)), waitsSince: null }
}

/** Folds a whole list. */
export function reduceRunEvents(view: RunView, events: Iterable<RunEvent>): RunView {
  let next = view
  for (const event of events) next = reduceRun(next, event)
  return next
}
