import type { RunView, ToolCall } from '@reynard/protocol'

/** A call that waits for a person, with what it shows them. */
export type WaitingCall = ToolCall & { approval: NonNullable<ToolCall['approval']> }

/** In the order in which they were made. */
export function waitingCalls({ phase, toolCalls }: RunView): WaitingCall[] {
  if (phase === 'ended') return []
  return toolCalls.flatMap((call) => {
    const { approval } = call
    return call.state === 'waiting' && approval !== null ? [{ ...call, approval }] : []
  })
}
