import { describe, expect, it } from 'vitest'
import { call, takeTurn } from './testing/turn-fixture.ts'

const callerTools = [{ name: 'get_weather', description: '', parameters: { type: 'object' } }]
const usage = (completionTokens: number) =>
  ({ type: 'end', reason: 'tool-calls', usage: { completionTokens } }) as const

describe('a turn without tools of ours', () => {
  it('asks for words, once and without tools, where a model calls what is not there', async () => {
    const { parts, requests, text } = await takeTurn({
      tools: [],
      steps: [
        [call('run_python'), usage(7)],
        ['In words.', { ...usage(3), reason: 'stop' }],
      ],
    })
    expect(text).toBe('In words.')
    expect(parts.filter(({ type }) => type === 'tool-call')).toEqual([])
    expect(parts.findLast(({ type }) => type === 'usage')).toEqual({ type: 'usage', completionTokens: 10 })
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
    expect(requests).toHaveLength(2)
    expect(requests[1]?.messages.at(-1)?.content).toContain('No tool can be used')
  })

  it('says that it has no answer where a model will not stop calling', async () => {
    const { parts, requests } = await takeTurn({ tools: [], steps: [[call('run_python'), usage(7)]] })
    expect(requests).toHaveLength(2)
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'engine-failed' })
  })

  it('hands over calls of the tools of the caller, and takes words beside a stray call for the answer', async () => {
    const steps = [[call('get_weather'), call('run_python'), usage(7)]]
    const handed = await takeTurn({ tools: [], callerTools, steps })
    expect(handed.parts.filter(({ type }) => type === 'tool-call')).toMatchObject([{ name: 'get_weather' }])
    expect(handed.parts.at(-1)).toEqual({ type: 'end', reason: 'tool-calls' })
    const spoken = await takeTurn({ tools: [], callerTools, steps: [['So.', call('run_python'), usage(7)]] })
    expect(spoken.text).toBe('So.')
    expect(spoken.parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
  })
})
