import { describe, expect, it } from 'vitest'
import { call, echoTool, manualClock, resultsRead, takeTurn } from './testing/turn-fixture.ts'

describe('bounds', () => {
  const again = (text: string) => [call('echo', { text })]

  it('of steps: the calls of the last one are refused, and then the model answers without tools', async () => {
    const { failures, requests, parts, text } = await takeTurn({
      limits: { steps: 2 },
      steps: [again('a'), again('b'), ['So.']],
    })
    expect(failures).toMatchObject([{ failure: 'limit', message: expect.stringContaining('2 steps') }])
    expect(requests.map((request) => request.tools?.length ?? 0)).toEqual([1, 1, 0])
    expect(text).toBe('So.')
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
  })

  it('leaves no call standing in the last answer, and tells the model that there are none', async () => {
    const { requests, text, parts } = await takeTurn({
      limits: { steps: 1 },
      steps: [again('a'), ['So: ', '{"name":"echo","arguments":{}} ', '<tool_call>{"name":"echo"}</tool_call>']],
    })
    expect(requests[1]!.messages.at(-1)).toMatchObject({ role: 'user', content: expect.stringContaining('No tool') })
    expect(text).toBe('So: {"name":"echo","arguments":{}} ')
    expect(parts.filter((part) => part.type === 'tool-call')).toHaveLength(1)
  })

  it('hold for calls of tools that are not there too', async () => {
    const lost = await takeTurn({ limits: { steps: 2 }, steps: [[call('teleport', { n: 1 })], [call('fly')], ['So.']] })
    expect(lost.failures.map(({ failure }) => failure)).toEqual(['unknown-tool', 'limit'])
    expect(lost.text).toBe('So.')
  })

  it('of calls: those beyond are refused', async () => {
    const { failures, requests } = await takeTurn({
      limits: { calls: 2 },
      steps: [[...again('a'), ...again('b'), ...again('c')], ['So.']],
    })
    expect(failures.map(({ failure }) => failure)).toEqual(['limit'])
    expect(resultsRead(requests[1]!.messages)).toHaveLength(3)
  })

  it('of generated tokens: no step writes more than is left, and an answer always has room', async () => {
    const end = { type: 'end', reason: 'stop', usage: { completionTokens: 400 } } as const
    const { failures, requests } = await takeTurn({
      limits: { generatedTokens: 700 },
      steps: [[...again('a'), end], [...again('b'), end], ['So.']],
    })
    expect(requests.map(({ maxTokens }) => maxTokens)).toEqual([700, 300, 256])
    expect(failures.map(({ failure }) => failure)).toEqual(['limit'])
  })

  it('of time: what a person takes to decide does not count, what tools take does', async () => {
    const clock = manualClock()
    const slow = echoTool({
      timeoutMs: 60_000,
      execute: async () => {
        clock.pass(20_000)
        return { content: '', display: { kind: 'text', text: '' } }
      },
    })
    const { failures, parts } = await takeTurn({
      tools: [slow],
      limits: { wallMs: 30_000 },
      steps: [again('a'), again('b'), ['So.']],
      decide: () => {
        clock.pass(1_000_000)
        return { allowed: true }
      },
      host: { clock },
    })
    expect(parts.filter((part) => part.type === 'tool-result')).toHaveLength(1)
    expect(failures).toMatchObject([{ failure: 'limit', message: expect.stringContaining('time') }])
  })

  it('a call a third time is refused, unless something was changed in between', async () => {
    const { failures } = await takeTurn({ steps: [again('a'), again('a'), again('a'), ['So.']] })
    expect(failures).toMatchObject([{ failure: 'repeated', message: expect.stringContaining('twice already') }])
    const pair = (...keys: string[]) => [call('echo', Object.fromEntries(keys.map((key) => [key, key])))]
    const turned = await takeTurn({ steps: [pair('text', 'b'), pair('b', 'text'), pair('text', 'b'), ['So.']] })
    expect(turned.failures).toMatchObject([{ failure: 'repeated' }])
    const tools = [echoTool(), echoTool({ name: 'change', effect: 'write' })]
    const change = [call('change', { text: 'a' })]
    const mended = await takeTurn({ tools, steps: [again('a'), again('a'), change, again('a'), ['So.']] })
    expect(mended.failures).toEqual([])
    const code = [echoTool(), echoTool({ name: 'change', effect: 'execute' })]
    const ran = { before: 'a', after: 'b', files: [{ path: 'x', change: 'modified' as const }], total: 1 }
    const changing = { keepState: async () => async () => ran }
    const steps = [again('a'), again('a'), change, again('a'), ['So.']]
    expect((await takeTurn({ tools: code, steps, host: changing })).failures).toEqual([])
    expect((await takeTurn({ tools: code, steps })).failures).toMatchObject([{ failure: 'repeated' }])
    const circles = await takeTurn({ tools, steps: [change, change, change, ['So.']] })
    expect(circles.failures).toMatchObject([{ failure: 'repeated' }])
  })
})
