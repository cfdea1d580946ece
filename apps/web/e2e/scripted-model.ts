import { type FakeAnswer, type FakeModelInput, type FakeOllama, startFakeOllama } from '@reynard/fake-ollama'

/** What the model calls every chat. */
export const MADE_TITLE = 'A fox by the stream'

/** What earlier messages come to. */
export const MADE_SUMMARY = 'They spoke of foxes, and the person wants a story about one by Friday.'

export type ScriptedModel = FakeOllama & {
  /** What the next questions are answered with, one each. Titles and summaries, which are asked for in the background, take none of them. */
  answerNext(...answers: FakeAnswer[]): void
  /** Nothing is decided any more: a run that was killed has left its answers behind. */
  forgetAnswers(): void
}

/** An Ollama whose answers a test decides. A question without a decided answer gets a short one. */
export async function startScriptedModel(port = 0, models: FakeModelInput[] = ['llama3.2:1b']): Promise<ScriptedModel> {
  const next: FakeAnswer[] = []
  const ollama = await startFakeOllama({
    port,
    models,
    answer: ({ messages }) => {
      const isTitle = messages.some(({ role, content }) => role === 'system' && content.startsWith('Write a title'))
      if (messages.at(-1)?.content.endsWith('Summary:')) return { text: MADE_SUMMARY }
      return isTitle ? { text: MADE_TITLE } : (next.shift() ?? { text: 'A short answer.' })
    },
  })
  return { ...ollama, answerNext: (...answers) => next.push(...answers), forgetAnswers: () => next.splice(0) }
}
