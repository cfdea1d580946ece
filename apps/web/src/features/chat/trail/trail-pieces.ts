import type { RunView, ToolCall } from '@reynard/protocol'

/**
 * A step of an answer, in the order in which it came. `isLast`: what still comes of its kind goes on here. `isBehind`: a call that was
 * made before it has not ended.
 */
export type TrailPiece =
  | { kind: 'reasoning'; key: string; text: string; isFirst: boolean; isLast: boolean }
  | { kind: 'text'; key: string; text: string; isLast: boolean }
  | { kind: 'call'; key: string; call: ToolCall; isBehind: boolean }

/** What was run here, or refused; a call that was handed to whoever asked is none of ours. */
const isShown = (call: ToolCall): boolean => call.run !== null || call.failure !== null

/**
 * An answer cut where its calls were made. Keys stay the same while it grows. The last text stands there from the first moment of writing
 * on, for the caret.
 */
export function trailPieces(run: RunView): TrailPiece[] {
  const pieces: TrailPiece[] = []
  const calls = run.toolCalls.filter(isShown)
  let reasoningFrom = 0
  let textFrom = 0
  let isBehind = false
  for (let step = 0; step <= calls.length; step++) {
    const call = calls[step]
    const isLast = call === undefined
    const reasoning = run.reasoning.slice(reasoningFrom, call?.reasoningBefore)
    if (/\S/.test(reasoning)) {
      const isFirst = !pieces.some(({ kind }) => kind === 'reasoning')
      pieces.push({ kind: 'reasoning', key: `reasoning-${step}`, text: reasoning, isFirst, isLast })
    }
    const text = run.text.slice(textFrom, call?.textBefore)
    const isBlank = calls.length === 0 ? text === '' : !/\S/.test(text)
    if (!isBlank || (isLast && run.phase === 'streaming')) {
      pieces.push({ kind: 'text', key: `text-${step}`, text, isLast })
    }
    if (isLast) break
    pieces.push({ kind: 'call', key: call.callId, call, isBehind })
    isBehind ||= call.state !== 'done' && call.state !== 'failed'
    reasoningFrom = call.reasoningBefore
    textFrom = call.textBefore
  }
  return pieces
}
