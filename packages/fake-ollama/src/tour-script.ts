import type { FakeAnswer, FakeChatRequest } from './answer.ts'

/** What a step knows: what the tools gave back since the question, in order, and what stands before the conversation. */
type TourState = { results: string[]; system: string }

/** A question that a tour asks, the chat's title, and what the model does about it: one step each time it is its turn. */
export type TourAct = {
  asks: RegExp
  title: string
  steps: readonly ((state: TourState) => FakeAnswer)[]
  /** What it says to a person who denied a call; `deniedCalls`: of a certain tool. */
  denied: string
  deniedCalls?: Readonly<Record<string, string>>
}

/** The line that the server sets before why a call failed. */
const failureMark = /^\[\S+ \S+ failed; the reason: [^\n]*\]\n/
/** How the server tells a model that a person said no, that nobody answered in time, or that nobody can be asked. */
const refusal = /^(The person said no to this call|Nobody answered in time|This needs an approval)/

/** The script was written for the files of the tour: with others it would tell what is not so. */
const lost =
  'This is the demo, and its words are scripted: they know only the files of the tour, and here a step of theirs failed. Ask this in the chat that the tour began, or run `npm start` for a real model, which looks at what is there.'

/** Plays a question of the tour with calls of tools, as a model that is good at it would. Null for any other question. */
export function playTour(acts: readonly TourAct[], { prompt, messages, tools }: FakeChatRequest): FakeAnswer | null {
  const act = acts.find(({ asks }) => asks.test(prompt))
  if (act === undefined) return null
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
  const results = since.filter(({ role }) => role === 'tool').map(({ content }) => content)
  const system = messages.flatMap(({ role, content }) => (role === 'system' ? [content] : [])).join('\n')
  // Several calls of one step follow each other: a step is one turn of the model.
  const turns = since.filter(({ role }) => role === 'assistant').length
  const last = results.at(-1) ?? ''
  if (refusal.test(last.replace(failureMark, ''))) {
    const name = act.steps[turns - 1]?.({ results, system }).toolCalls?.at(-1)?.name ?? ''
    return { text: act.deniedCalls?.[name] ?? act.denied }
  }
  if (failureMark.test(last)) return { text: lost }
  const step = act.steps[turns] ?? act.steps.at(-1)
  const answer = step?.({ results, system })
  // Where it is given no tools, a call would be lost.
  return answer === undefined || (answer.toolCalls !== undefined && tools.length === 0) ? null : answer
}
