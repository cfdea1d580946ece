import type { RunEvent } from './run-event.ts'
import type { ApprovalFacts, ApprovalScope, ToolDisplay, ToolFailure } from './tool.ts'
import type { WorkspaceChange } from './workspace.ts'

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>
type CallEvent = EventOf<
  'approval-request' | 'approval-decision' | 'tool-start' | 'tool-output' | 'tool-result' | 'tool-error'
>

/** What a running tool printed is kept to this many characters in a view: its newest. */
const outputKept = 20_000

/** One call as anybody sees it. Times are UTC milliseconds. */
export type ToolCall = {
  callId: string
  name: string
  arguments: Record<string, unknown>
  /** Null: the call is handed to whoever asked, and not run here. */
  run: NonNullable<EventOf<'tool-call'>['run']> | null
  /** How many characters of the run's text and reasoning stand before it. */
  textBefore: number
  reasoningBefore: number
  /** `ready`: accepted, not begun. `waiting`: for a person. */
  state: 'ready' | 'waiting' | 'running' | 'done' | 'failed'
  approval: { facts: ApprovalFacts; scopes: ApprovalScope[]; expiresAt: number } | null
  decision: { decision: 'approved' | 'denied' | 'expired'; note: string | null; at: number } | null
  output: string
  /** What the model reads of it. */
  content: string | null
  truncated: boolean
  display: ToolDisplay | null
  failure: { failure: ToolFailure; message: string } | null
  /** What it changed in the workspace; absent where nothing, or where no states are kept. */
  changed?: WorkspaceChange
  /** Since when the state of the files before it is being kept; absent where that took no while. */
  keepingSince?: number
  calledAt: number
  startedAt: number | null
  endedAt: number | null
}

/** A call that was just made. */
export function toolCallOf(event: EventOf<'tool-call'>, before: { text: string; reasoning: string }): ToolCall {
  return {
    callId: event.callId,
    name: event.name,
    arguments: event.arguments,
    run: event.run ?? null,
    textBefore: before.text.length,
    reasoningBefore: before.reasoning.length,
    state: 'ready',
    approval: null,
    decision: null,
    output: '',
    content: null,
    truncated: false,
    display: null,
    failure: null,
    calledAt: event.at,
    startedAt: null,
    endedAt: null,
  }
}

/** The list with what happened to one of its calls; an event of a call that is not in it changes nothing. */
export function changeCall(calls: readonly ToolCall[], event: CallEvent): ToolCall[] {
  return calls.map((call) => (call.callId === event.callId ? { ...call, ...changeOf(call, event) } : call))
}

/** A run that ends leaves no call open: what had no result will get none. */
export function endCalls(calls: ToolCall[], { reason, at }: EventOf<'run-end'>): ToolCall[] {
  const isOpen = (call: ToolCall) => call.run !== null && call.state !== 'done' && call.state !== 'failed'
  if (!calls.some(isOpen)) return calls
  const failure =
    reason === 'interrupted'
      ? { failure: 'interrupted' as const, message: 'The server stopped before this was done.' }
      : { failure: 'aborted' as const, message: 'The run ended before this was done.' }
  return calls.map((call) => (isOpen(call) ? { ...call, state: 'failed' as const, failure, endedAt: at } : call))
}

function changeOf(call: ToolCall, event: CallEvent): Partial<ToolCall> {
  switch (event.type) {
    case 'approval-request': {
      const { facts, scopes, expiresAt } = event
      return { state: 'waiting', approval: { facts, scopes, expiresAt } }
    }
    case 'approval-decision':
      return { state: 'ready', decision: { decision: event.decision, note: event.note ?? null, at: event.at } }
    case 'tool-start':
      return event.keeping ? { keepingSince: event.at } : { state: 'running', startedAt: event.at }
    case 'tool-output':
      return { output: (call.output + event.text).slice(-outputKept) }
    case 'tool-result': {
      const { content, truncated, display, changed } = event
      return { state: 'done', content, truncated, display, endedAt: event.at, ...(changed && { changed }) }
    }
    case 'tool-error': {
      const { failure, message, display, changed } = event
      const end = { failure: { failure, message }, display: display ?? null, endedAt: event.at }
      return { state: 'failed', ...end, ...(changed && { changed }) }
    }
    default:
      event satisfies never
      return {}
  }
}
