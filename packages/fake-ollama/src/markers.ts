import { type FakeAnswer, fillerText } from './answer.ts'
import { isFaultKind } from './fault.ts'

const marker = /\[\[([a-z-]+)(?::([^\]]*))?\]\]/g

/**
 * Orders in a prompt, for tests that only hold the client's end:
 * `[[tokens:200]]` `[[rate:50]]` `[[load:1500]]` `[[think:some text]]` `[[say:some text]]` `[[tool:get_weather {"city":"Oslo"}]]`
 * `[[replay:chat-stream]]` `[[fault:error-line after=3 status=503 ms=2000 bytes=100 message=text]]`.
 */
export function answerFromMarkers(prompt: string): FakeAnswer | undefined {
  let answer: FakeAnswer | undefined
  for (const [, name, value = ''] of prompt.matchAll(marker)) {
    const order = answerFor(name, value)
    if (order !== undefined) answer = { ...answer, ...order }
  }
  return answer
}

function answerFor(name: string | undefined, value: string): FakeAnswer | undefined {
  switch (name) {
    case 'tokens':
      return { text: fillerText(Number(value)) }
    case 'rate':
      return { tokensPerSecond: Number(value) }
    case 'load':
      return { loadMs: Number(value) }
    case 'say':
      return { text: value }
    case 'think':
      return { reasoning: value }
    case 'replay':
      return { replay: { name: value } }
    case 'tool': {
      const space = value.indexOf(' ')
      const call = space < 0 ? value : value.slice(0, space)
      return { toolCalls: [{ name: call, arguments: space < 0 ? {} : parseObject(value.slice(space)) }] }
    }
    case 'fault': {
      const [kind = '', ...settings] = value.split(' ')
      if (!isFaultKind(kind)) return undefined
      const set = Object.fromEntries(settings.map((setting) => setting.split('=', 2)))
      const number = (key: string) => (set[key] === undefined ? undefined : Number(set[key]))
      return {
        fault: {
          kind,
          afterTokens: number('after'),
          status: number('status'),
          ms: number('ms'),
          bytes: number('bytes'),
          message: set.message,
        },
      }
    }
    default:
      return undefined
  }
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
