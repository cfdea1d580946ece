import type { ChatRequest, Engine, EnginePart } from '@reynard/engine'
import type { CompiledPlace } from './compile-rules.ts'
import { FilterStream, filterText, type Hits } from './filter-stream.ts'
import { screenJson } from './screen-value.ts'
import { blockedMessage } from './words.ts'

type Delta = Extract<EnginePart, { type: 'text' | 'reasoning' }>

type Options = {
  places(): { output: CompiledPlace | null; tools: CompiledPlace | null }
  before: string
  handsBack(tool: string): boolean
  counted(place: 'output' | 'tools', hits: Hits): void
}

/** An engine whose words pass the rules before anybody reads them: run log, title, summary, tools and the model's next step alike. */
export function filteredChat(engine: Pick<Engine, 'kind' | 'chat'>, options: Options): Pick<Engine, 'kind' | 'chat'> {
  return {
    kind: engine.kind,
    chat(request, call) {
      const parts = engine.chat(request, call)
      const { output, tools } = options.places()
      return output === null && tools === null ? parts : filterParts(parts, request, { ...options, output, tools })
    },
  }
}

type Rules = Options & { output: CompiledPlace | null; tools: CompiledPlace | null }

async function* filterParts(
  parts: AsyncIterable<EnginePart>,
  request: ChatRequest,
  { output, tools, before, handsBack, counted }: Rules,
): AsyncGenerator<EnginePart, void, void> {
  const start = (type: Delta['type']) =>
    output && new Words(type, output, type === 'text' && request.continueLast === true ? before : '')
  let words = { text: start('text'), reasoning: start('reasoning') }
  const over = (which: Words | null) => {
    if (which === null) return null
    const rest = which.end()
    counted('output', which.hits)
    return rest
  }

  for await (const part of parts) {
    switch (part.type) {
      case 'text':
      case 'reasoning': {
        if (output === null) {
          yield part
          break
        }
        if (part.type === 'text' && words.reasoning?.isOpen === true) {
          // It thought to its end before it speaks.
          const rest = over(words.reasoning)
          if (rest !== null) yield rest
          if (words.reasoning.blocked !== null) return yield words.reasoning.blocked
          words.reasoning = start('reasoning')
        }
        const which = words[part.type]!
        const given = which.push(part)
        if (given !== null) yield given
        if (which.blocked !== null) {
          counted('output', which.hits)
          return yield which.blocked
        }
        break
      }
      case 'tool-call': {
        for (const which of [words.reasoning, words.text]) {
          const rest = over(which)
          if (rest !== null) yield rest
          if (which !== null && which.blocked !== null) return yield which.blocked
        }
        words = { text: start('text'), reasoning: start('reasoning') }
        if (tools === null) {
          yield part
          break
        }
        const { value, blocked, hits } = screenJson(tools, part.call.arguments)
        if (blocked !== null && !handsBack(part.call.name)) {
          // Whoever makes the call refuses it, in words that the model reads.
          yield part
          break
        }
        counted('tools', hits)
        if (blocked !== null)
          return yield { type: 'error', code: 'content-blocked', message: blockedMessage(blocked, 'tools') }
        yield { type: 'tool-call', call: { ...part.call, arguments: { ...Object(value) } } }
        break
      }
      case 'end':
      case 'error': {
        for (const which of [words.reasoning, words.text]) {
          const rest = over(which)
          if (rest !== null) yield rest
          if (which !== null && which.blocked !== null) return yield which.blocked
        }
        // What an engine says of a failure may hold what the model wrote.
        yield part.type === 'error' && output !== null
          ? { ...part, message: filteredMessage(output, part.message) }
          : part
        return
      }
      default:
        yield part
    }
  }
}

function filteredMessage(output: CompiledPlace, message: string): string {
  const { text, blocked } = filterText(output, message)
  return blocked === null ? text : blockedMessage(blocked, 'output')
}

/** The text or the thoughts of one call, with the tokens that are held back. */
class Words {
  isOpen = false
  readonly #type: Delta['type']
  readonly #stream: FilterStream
  #tokens = 0

  constructor(type: Delta['type'], place: CompiledPlace, before: string) {
    this.#type = type
    this.#stream = before === '' ? new FilterStream(place) : FilterStream.behind(place, before)
  }

  get hits(): Hits {
    return this.#stream.hits
  }

  get blocked(): Extract<EnginePart, { type: 'error' }> | null {
    const { blocked } = this.#stream
    return blocked && { type: 'error', code: 'content-blocked', message: blockedMessage(blocked, 'output') }
  }

  push({ text, tokens = 1 }: Delta): Delta | null {
    this.isOpen = true
    this.#tokens += tokens
    return this.#part(this.#stream.push(text))
  }

  end(): Delta | null {
    return this.#part(this.#stream.end())
  }

  #part(text: string): Delta | null {
    if (text === '') return null
    const tokens = Math.max(1, this.#tokens)
    this.#tokens = 0
    return tokens === 1 ? { type: this.#type, text } : { type: this.#type, text, tokens }
  }
}
