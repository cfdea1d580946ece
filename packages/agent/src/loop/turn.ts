import type { Engine } from '@reynard/engine'
import type { NewRunEvent, RunView, WorkspaceChange } from '@reynard/protocol'
import type { EngineCallObserver } from '../engine-call.ts'
import type { AgentPart, AgentRequest } from '../run-agent.ts'
import type { TokenEstimator } from '../token-estimator.ts'
import type { AnyTool } from '../tools/tool.ts'
import type { ToolSession } from '../tools/tool-session.ts'
import type { WrittenCall } from './prepare-call.ts'

/** How a model calls tools: by its own format, or by a constrained answer that chooses between answering and one call. */
export type ToolMode = 'native' | 'constrained'

/**
 * A turn of an assistant: what one call of a model needs, and the tools that run here. `tools` remain the caller's own definitions: calls
 * of those are handed back, and end the turn with `tool-calls`.
 */
export type TurnRequest = AgentRequest & {
  assistantTools?: readonly AnyTool[]
}

/** A call that is known and whose arguments fit. `input` is what the tool will be given. */
export type PendingCall = { callId: string; tool: AnyTool; input: Record<string, unknown> }

/** `message` is for the model, and shown to the person. */
export type CallDecision =
  | { allowed: true }
  | { allowed: false; failure: 'denied' | 'expired' | 'failed' | 'unavailable'; message: string }

/** Each is a bound of the whole turn, resumed parts included. Waiting for a person or for a slot does not count as wall time. */
export type TurnLimits = { steps: number; calls: number; wallMs: number; generatedTokens: number }

/** What a written call's arguments become, or why it is not made: words for the model, with nothing of what was written. */
export type CallScreen = (written: WrittenCall) => { arguments: unknown } | { refused: string }

/** Written down before an effect and after it, so that no effect is ever repeated unasked. Not used for tools that only read. */
export type CallLedger = {
  begin(call: PendingCall): Promise<void>
  /** Not called for a call that did not come to an end: whether it took effect is then not known. */
  complete(callId: string, outcome: 'done' | 'failed'): Promise<void>
}

/** Time, so that tests need not wait. `after` returns what takes it back. */
export type TurnClock = { now(): number; after(ms: number, run: () => void): () => void }

/** What a turn needs of whoever runs it. What any of these throws ends the turn by being thrown on. */
export type TurnHost = {
  session: ToolSession
  limits: TurnLimits
  /** Before each call of the model: resolves when there is a slot for it (again). */
  beforeStep(): Promise<void>
  /** After the call's `tool-call` part was taken. May wait for a person; shows and records that itself. */
  decide(call: PendingCall, signal: AbortSignal): Promise<CallDecision>
  ledger: CallLedger
  /** Sees what a call was written with before anything is made of it. */
  screen?: CallScreen
  /** The deadline of one call of a tool, where it is another one than the tool declares. Milliseconds. */
  timeoutMs?(tool: AnyTool): number
  clock?: TurnClock
  /**
   * Keeps the state of the files before a call that may change them; what it gives back tells afterwards what the call changed. Neither
   * throws, and a call goes on without them. Not asked for tools that only read.
   */
  keepState?(call: PendingCall, signal: AbortSignal): Promise<() => Promise<WorkspaceChange | null>>
  /** Keeps output that is too long for the model, as UTF-8, where `read_file` can read it; gives back the path to name, or null. */
  keepOutput?(call: PendingCall, content: AsyncIterable<Uint8Array>): Promise<string | null>
  /** Calls that are made before the model is asked: it reads what came of them. Not looked at where a run is resumed. */
  beginWith?: readonly WrittenCall[]
  /** The same run so far, when a restarted server takes it up again: its open calls are decided and run first. */
  resume?: RunView
}

/** What a turn yields. `usage` is cumulative and comes after each step; exactly one `end` or `error` comes last. */
export type TurnPart =
  | AgentPart
  | Extract<NewRunEvent, { type: 'tool-start' | 'tool-output' | 'tool-result' | 'tool-error' }>

export type Turn = {
  request: TurnRequest
  engine: Pick<Engine, 'kind' | 'chat'>
  estimator: TokenEstimator
  /** Ends the turn and whatever tool is running. */
  signal: AbortSignal
  /** When the next text is wanted; see the engine's `chat`. */
  pace?: () => Promise<void> | null
  /** Told of each call of the engine when it is over. */
  observer?: EngineCallObserver
  host: TurnHost
}

/** Bounds of a turn unless an operator sets others. */
export const defaultTurnLimits: TurnLimits = { steps: 16, calls: 64, wallMs: 10 * 60_000, generatedTokens: 32_768 }
