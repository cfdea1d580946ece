import type { ChatRequest, Engine } from '@reynard/engine'
import type { Usage } from '@reynard/protocol'
import { type EngineCallObserver, watchCall } from './engine-call.ts'

const titleCharacters = 60
const excerptCharacters = 1_500
const instruction =
  'Write a title of two to six words for the conversation below, in its language. Answer with the title only: no quotes, no full stop, no explanation.'

/** The first line of a question, cut at a word: the title until there is a better one. */
export function titleFromPrompt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= titleCharacters) return line || 'New chat'
  const cut = line.slice(0, titleCharacters)
  const space = cut.lastIndexOf(' ')
  return `${(space > titleCharacters / 2 ? cut.slice(0, space) : cut).replace(/[\ud800-\udbff]$/, '').trimEnd()}…`
}

/** What a model wrote as a title, made fit to show; null where it is no title at all (empty, a whole answer, a refusal in prose). */
export function cleanTitle(written: string): string | null {
  const line = written
    .replace(/<think>[\s\S]*?(<\/think>|$)/g, '')
    .split('\n')
    .map((each) => each.trim())
    .find((each) => each !== '')
  if (line === undefined) return null
  const title = line
    .replace(/^(title|titel|titre|título)\s*:\s*/i, '')
    .replace(/^[#*"'“”„«»`\s]+|[*"'“”„«»`\s.。]+$/g, '')
    .replace(/\s+/g, ' ')
  return title === '' || title.length > titleCharacters + 20 ? null : title
}

type TitleInput = {
  engine: Pick<Engine, 'kind' | 'chat'>
  model: string
  contextTokens: number
  question: string
  answer: string
  observer?: EngineCallObserver
}

/**
 * Asks the model for a title; `answer` is empty where there is none yet. `title` is null where it gave none that can be shown, `answered`
 * false where it did not come to its end. Never throws. Stops when `signal` aborts.
 */
export async function makeTitle(
  input: TitleInput,
  signal: AbortSignal,
): Promise<{ title: string | null; usage: Usage; answered: boolean }> {
  let written = ''
  const answer = input.answer === '' ? '' : `\n\nAnswer:\n${input.answer.slice(0, excerptCharacters)}`
  const request: ChatRequest = {
    model: input.model,
    messages: [
      { role: 'system', content: instruction },
      {
        role: 'user',
        content: `Question:\n${input.question.slice(0, excerptCharacters)}${answer}\n\nTitle:`,
      },
    ],
    contextTokens: input.contextTokens,
    maxTokens: 32,
    temperature: 0.2,
  }
  const watch = watchCall(input.observer, input.engine, request)
  try {
    for await (const part of input.engine.chat(request, { signal })) {
      watch?.part(part)
      if (part.type === 'text') written += part.text
      if (part.type === 'end') return { title: cleanTitle(written), usage: part.usage, answered: !signal.aborted }
      if (part.type === 'error') return { title: null, usage: {}, answered: false }
    }
  } catch {
    // A title is a nicety: whatever an engine does wrong here, the cut question stays.
    watch?.part({ type: 'error', code: 'engine-failed', message: '' })
  } finally {
    watch?.over()
  }
  return { title: null, usage: {}, answered: false }
}
