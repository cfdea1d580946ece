import type { FakeAnswer, FakeScript, FakeToolCall } from '@reynard/fake-ollama'

/** A tool call as a model makes it. */
export const toolCall = (name: string, values: Record<string, unknown> = {}): FakeToolCall => ({
  name,
  arguments: values,
})

/** A model that answers each question step by step: the next one after each result of a tool. Other questions get its usual answer. */
export function answerBySteps(steps: Record<string, FakeAnswer[]>): FakeScript {
  return ({ messages, prompt }) => {
    const asked = messages.findLastIndex(({ role }) => role === 'user')
    return steps[prompt]?.[messages.slice(asked).filter(({ role }) => role === 'tool').length]
  }
}
