import type { RunView, ToolCall } from '@reynard/protocol'

/** Stands between what was written before and after calls. */
export const paragraph = '\n\n'

/** A call that came to an end. `content`: what the model reads of it, the reason where it failed. */
export type StepCall = {
  callId: string
  name: string
  arguments: Record<string, unknown>
  content: string
  failed: boolean
}

/** One call of the model within an answer: what it thought, what it wrote, and then the calls that it made. */
export type AnswerStep = { reasoning: string; text: string; calls: StepCall[] }

/**
 * The steps of a run as its log tells them. Calls that were handed to a caller, and calls that are still open, are left out: a model
 * can make nothing of a call without a result. Empty where the run is plain text, which needs no steps.
 */
export function answerSteps(view: Pick<RunView, 'text' | 'reasoning' | 'toolCalls'>): AnswerStep[] {
  const ended = view.toolCalls.filter((call) => call.run !== null && resultOf(call) !== null)
  if (ended.length === 0) return []
  const steps: AnswerStep[] = []
  let text = 0
  let reasoning = 0
  let endedAt = Number.POSITIVE_INFINITY
  for (const call of ended) {
    const last = steps.at(-1)
    const isNew = last === undefined || call.textBefore > text || call.reasoningBefore > reasoning
    // Calls of one step are all made before the first of them ends.
    if (isNew || call.calledAt >= endedAt) {
      steps.push({
        reasoning: view.reasoning.slice(reasoning, call.reasoningBefore),
        text: written(view.text.slice(text, call.textBefore)),
        calls: [],
      })
      text = call.textBefore
      reasoning = call.reasoningBefore
      endedAt = Number.POSITIVE_INFINITY
    }
    steps.at(-1)!.calls.push({
      callId: call.callId,
      name: call.name,
      arguments: call.arguments,
      content: resultOf(call) ?? '',
      failed: call.state === 'failed',
    })
    endedAt = Math.min(endedAt, call.endedAt ?? endedAt)
  }
  const rest = { reasoning: view.reasoning.slice(reasoning), text: written(view.text.slice(text)), calls: [] }
  return rest.text === '' && rest.reasoning === '' ? steps : [...steps, rest]
}

/** As the model wrote it. */
function written(text: string): string {
  return text.startsWith(paragraph) ? text.slice(paragraph.length) : text
}

function resultOf(call: ToolCall): string | null {
  return call.content ?? call.failure?.message ?? null
}
