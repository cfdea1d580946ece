import { createOllamaEngine } from '@reynard/engine/ollama'
import { type FakeAnswer, type FakeChatRequest, startFakeOllama } from '@reynard/fake-ollama'
import { describe, expect, it, onTestFinished } from 'vitest'
import { takeTurn } from './testing/turn-fixture.ts'

const echo = (text: string) => ({ name: 'echo', arguments: { text } })

/** A turn on a server that speaks Ollama's own bytes: one answer for each call of the model. `asked`: what it was asked. */
async function overOllama(answers: FakeAnswer[], toolMode: 'native' | 'constrained' = 'native') {
  const asked: FakeChatRequest[] = []
  const fake = await startFakeOllama({
    models: ['llama3.2:1b'],
    answer: (request) => answers[Math.min(asked.push(request), answers.length) - 1],
  })
  const engine = createOllamaEngine({ baseUrl: fake.url })
  onTestFinished(async () => {
    await engine.close()
    await fake.close()
  })
  return { asked, ...(await takeTurn({ engine, request: { model: 'llama3.2:1b', toolMode } })) }
}

describe('a turn over Ollama', () => {
  it.each(['stream', 'last'] as const)(
    'takes several calls, whether they come in the stream or the last chunk (%s)',
    async (toolCallsIn) => {
      const { parts, asked, text } = await overOllama([
        { text: 'I look. ', toolCalls: [echo('a'), echo('b')], toolCallsIn },
        { text: 'Both.' },
      ])
      expect(text).toBe('I look. \n\nBoth.')
      expect(parts.flatMap((part) => (part.type === 'tool-result' ? [part.content] : []))).toEqual([
        'echo: a',
        'echo: b',
      ])
      expect(asked[1]!.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'tool'])
      expect(asked[1]!.messages.at(-1)!.content).toContain('echo: b')
    },
  )

  it('shows the model once that its call was swallowed', async () => {
    const { asked, text, parts } = await overOllama([
      { toolCalls: [echo('a')], fault: { kind: 'swallowed-tool-call' } },
      { text: 'So.' },
    ])
    expect(asked).toHaveLength(2)
    expect(asked[1]!.prompt).toContain('could not be read')
    expect(text).toBe('So.')
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
  })

  it('shows the model once what the server could not parse, and then goes without tools', async () => {
    const message = `error parsing tool call: raw='{"text":', err=unexpected end of JSON input`
    const broken: FakeAnswer = { fault: { kind: 'status', status: 500, message } }
    const { asked, text } = await overOllama([broken, broken, { text: 'So.' }])
    expect(asked.map(({ tools }) => tools.length)).toEqual([1, 1, 0])
    expect(asked[1]!.prompt).toContain('unexpected end of JSON input')
    expect(asked[2]!.prompt).toContain('No tool can be used')
    expect(text).toBe('So.')
  })

  it('chooses by a format where the model has no tools', async () => {
    const choice = (made: object): FakeAnswer => ({ text: JSON.stringify(made) })
    const { asked, text, parts } = await overOllama(
      [choice({ action: 'echo', arguments: { text: 'a' } }), choice({ action: 'answer' }), { text: 'So.' }],
      'constrained',
    )
    expect(asked.map(({ format, tools }) => [format !== undefined, tools.length])).toEqual([
      [true, 0],
      [true, 0],
      [false, 0],
    ])
    expect(parts.some((part) => part.type === 'tool-result')).toBe(true)
    expect(text).toBe('So.')
  })
})
