import type { AgentMessage } from '../fit-context.ts'
import type { AnswerStep } from './answer-steps.ts'
import type { TurnRequest } from './turn.ts'

/** The conversation with what this turn has written so far: an unfinished answer at its end goes on in it. */
export function conversationWith(request: TurnRequest, steps: readonly AnswerStep[]): AgentMessage[] {
  const { messages } = request
  if (steps.length === 0) return messages
  const last = messages.at(-1)
  if (request.mode !== 'continue' || last?.role !== 'assistant') {
    return [...messages, { id: 'answer', role: 'assistant', text: '', steps }]
  }
  const before = last.steps ?? [{ reasoning: '', text: last.text, calls: [] }]
  return [...messages.slice(0, -1), { ...last, steps: joined(before, steps) }]
}

/** Whether the conversation ends in an answer that broke off in its text, not after calls. */
export function endsInText(messages: readonly AgentMessage[]): boolean {
  const last = messages.at(-1)
  return last?.role === 'assistant' && (last.steps?.at(-1)?.calls.length ?? 0) === 0
}

/** Text that broke off and the text that goes on with it are one. */
function joined(before: readonly AnswerStep[], after: readonly AnswerStep[]): AnswerStep[] {
  const broken = before.at(-1)
  const next = after[0]
  if (broken === undefined || next === undefined || broken.calls.length > 0) return [...before, ...after]
  return [
    ...before.slice(0, -1),
    { reasoning: broken.reasoning + next.reasoning, text: broken.text + next.text, calls: next.calls },
    ...after.slice(1),
  ]
}
