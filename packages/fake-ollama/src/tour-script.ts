import type { FakeAnswer, FakeChatRequest } from './answer.ts'

/** What a step knows: what the tools gave back since the question, in order, and what stands before the conversation. */
type TourState = { results: string[]; system: string }

/** A question that a tour asks, the chat's title, and what the model does about it: one step each time it is its turn. */
export type TourAct = {
  asks: RegExp
  title: string
  steps: readonly ((state: TourState) => FakeAnswer)[]
  /** What it says to a person who denied a call. */
  denied: string
}

/** Plays a question of the tour with calls of tools, as a model that is good at it would. Null for any other question. */
export function playTour(acts: readonly TourAct[], { prompt, messages, tools }: FakeChatRequest): FakeAnswer | null {
  const act = acts.find(({ asks }) => asks.test(prompt))
  if (act === undefined) return null
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
  const results = since.filter(({ role }) => role === 'tool').map(({ content }) => content)
  if (/\bdenied\b/i.test(results.at(-1) ?? '')) return { text: act.denied }
  // Several calls of one step follow each other: a step is one turn of the model.
  const step = act.steps[since.filter(({ role }) => role === 'assistant').length] ?? act.steps.at(-1)
  const system = messages.flatMap(({ role, content }) => (role === 'system' ? [content] : [])).join('\n')
  const answer = step?.({ results, system })
  // Where it is given no tools, a call would be lost.
  return answer === undefined || (answer.toolCalls !== undefined && tools.length === 0) ? null : answer
}
