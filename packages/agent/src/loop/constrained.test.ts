import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTool } from '../tools/tool.ts'
import { choiceFormat, toolGuide } from './constrained.ts'
import { call, echoTool, takeTurn } from './testing/turn-fixture.ts'
import { toolDefinition } from './tool-definition.ts'

const request = { toolMode: 'constrained' as const }
const chooses = (choice: object) => [JSON.stringify(choice)]

describe('a model without a format for calls', () => {
  it('chooses a call by a constrained answer, reads the result, chooses to answer, and answers freely', async () => {
    const { parts, requests, text } = await takeTurn({
      request,
      steps: [chooses({ action: 'echo', arguments: { text: 'hi' } }), chooses({ action: 'answer' }), ['It says hi.']],
    })
    expect(text).toBe('It says hi.')
    expect(parts.filter((part) => part.type.startsWith('tool-')).map((part) => part.type)).toEqual([
      'tool-call',
      'tool-start',
      'tool-result',
    ])
    expect(requests.map((each) => [each.tools, each.format === undefined])).toEqual([
      [undefined, false],
      [undefined, false],
      [undefined, true],
    ])
    const [first, second, third] = requests.map((each) => each.messages)
    expect(first!.at(-1)).toMatchObject({ role: 'user', content: expect.stringMatching(/^Do it\.\n\n\[Decide/) })
    expect(second!.at(-2)).toEqual({ role: 'assistant', content: '{"action":"echo","arguments":{"text":"hi"}}' })
    expect(second!.at(-1)!.content).toMatch(/echo: hi\n\[\w{8} end\]\n\n\[Decide/)
    // What comes before the instruction stays the same, so that it need not be read anew: the tools above all.
    expect(first![0]).toMatchObject({ role: 'system', content: expect.stringContaining('- echo(text: string): ') })
    expect([second![0], third![0]]).toEqual([first![0], first![0]])
    expect(second!.at(-1)!.content.startsWith(third!.at(-1)!.content)).toBe(true)
  })

  it('chooses with a cool head, and answers with its own', async () => {
    const { requests } = await takeTurn({
      request: { ...request, parameters: { temperature: 0.9, maxTokens: 5_000 } },
      steps: [chooses({ action: 'answer' }), ['So.']],
    })
    expect(requests.map(({ temperature, maxTokens }) => [temperature, maxTokens])).toEqual([
      [0.3, 1_024],
      [0.9, 5_000],
    ])
  })

  it('counts both calls of a step', async () => {
    const end = (completionTokens: number) => ({ type: 'end', reason: 'stop', usage: { completionTokens } }) as const
    const { parts } = await takeTurn({
      request,
      steps: [
        [...chooses({ action: 'answer' }), end(5)],
        ['So.', end(3)],
      ],
    })
    expect(parts.find((part) => part.type === 'usage')).toMatchObject({ completionTokens: 8, choosingTokens: 5 })
  })

  it.each([
    ['cut off', ['{"action":"echo","argu']],
    ['of a tool that is not there', chooses({ action: 'fly' })],
    [
      'refused by an engine that knows no schemas',
      [{ type: 'error', code: 'bad-request', message: 'format?' } as const],
    ],
  ])('answers when its choice was %s', async (_how, choice) => {
    const { parts, text } = await takeTurn({ request, steps: [choice, ['So.']] })
    expect(text).toBe('So.')
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
  })

  it('fails as its engine fails', async () => {
    const { parts, requests } = await takeTurn({
      request,
      steps: [[{ type: 'error', code: 'out-of-memory', message: 'no' }]],
    })
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'out-of-memory' })
    expect(requests).toHaveLength(1)
  })

  it('is understood when it writes its choice into the answer', async () => {
    const { text, parts } = await takeTurn({
      request,
      steps: [
        chooses({ action: 'answer' }),
        chooses({ action: 'echo', arguments: { text: 'a' } }),
        chooses({ action: 'answer' }),
        ['So.'],
      ],
    })
    expect(text).toBe('So.')
    expect(parts.some((part) => part.type === 'tool-result')).toBe(true)
  })

  it('is asked nothing in the middle of a sentence', async () => {
    const { requests } = await takeTurn({
      steps: [[' a time.']],
      request: {
        ...request,
        mode: 'continue',
        messages: [
          { id: 'q', role: 'user', text: 'Tell.' },
          { id: 'a', role: 'assistant', text: 'Once upon' },
        ],
      },
    })
    expect(requests.map((each) => [each.format, each.continueLast])).toEqual([[undefined, true]])
  })

  it('answers without a choice once a bound is reached', async () => {
    const { requests, failures } = await takeTurn({
      request,
      limits: { steps: 1 },
      steps: [chooses({ action: 'echo', arguments: { text: 'a' } }), ['So.']],
    })
    expect(failures.map(({ failure }) => failure)).toEqual(['limit'])
    expect(requests.map((each) => each.format === undefined)).toEqual([false, true])
  })
})

describe('the choice', () => {
  const tool = defineTool({
    name: 'find',
    group: 'search',
    effect: 'read',
    level: 'none',
    description: 'Finds text.',
    input: z.object({
      pattern: z.string().max(100_000).describe('what to look for'),
      lines: z.number().int().optional(),
      kind: z.enum(['text', 'name']).default('text'),
      tags: z.array(z.string()).min(1).max(5_000),
    }),
    timeoutMs: 1_000,
    title: () => ({ running: '', done: '' }),
    execute: async () => ({ content: '', display: { kind: 'text', text: '' } }),
  })

  it('is told in few words', () => {
    expect(toolGuide([toolDefinition(tool)])).toContain(
      '\n- find(pattern: string (what to look for), lines?: integer, kind?: "text"|"name", tags: array): Finds text.',
    )
  })

  it('is a schema that any grammar can hold: nothing optional, no long repetitions', () => {
    expect(choiceFormat([toolDefinition(tool)])).toEqual({
      anyOf: [
        {
          type: 'object',
          properties: { action: { const: 'answer' } },
          required: ['action'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: {
            action: { const: 'find' },
            arguments: {
              type: 'object',
              properties: {
                pattern: { type: 'string' },
                lines: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
                kind: { anyOf: [{ enum: ['text', 'name'] }, { type: 'null' }] },
                tags: { type: 'array', items: { type: 'string' }, minItems: 1 },
              },
              required: ['pattern', 'lines', 'kind', 'tags'],
              additionalProperties: false,
            },
          },
          required: ['action', 'arguments'],
          additionalProperties: false,
        },
      ],
    })
    expect(toolDefinition(tool).parameters).toMatchObject({
      properties: { pattern: { type: 'string', description: 'what to look for' }, lines: { type: 'integer' } },
    })
    expect(JSON.stringify(toolDefinition(tool))).not.toMatch(/maxLength|additionalProperties|9007199254740991/)
  })

  it('may leave out by null what may be left out', async () => {
    const { failures } = await takeTurn({
      tools: [tool, echoTool()],
      steps: [[call('find', { pattern: 'a', lines: null, kind: null, tags: ['b'] })], ['.']],
    })
    expect(failures).toEqual([])
  })
})
