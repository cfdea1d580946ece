import { createScriptedEngine } from '@reynard/engine/testing'
import { describe, expect, it } from 'vitest'
import { createTokenEstimator } from '../token-estimator.ts'
import { runTurn } from './run-turn.ts'
import { call, echoTool, session, takeTurn } from './testing/turn-fixture.ts'
import { defaultTurnLimits, type TurnPart } from './turn.ts'

describe('runTurn', () => {
  it('runs the calls of a step, gives their results to the model and ends with its answer', async () => {
    const { parts, requests, text } = await takeTurn({
      steps: [['I look. ', call('echo', { text: 'hi' })], ['It says hi.']],
    })
    expect(parts.map((part) => part.type)).toEqual([
      'context-fitted',
      'text',
      'usage',
      'tool-call',
      'tool-start',
      'tool-result',
      'context-fitted',
      'text',
      'usage',
      'end',
    ])
    expect(text).toBe('I look. \n\nIt says hi.')
    expect(parts.find((part) => part.type === 'tool-call')).toMatchObject({
      name: 'echo',
      arguments: { text: 'hi' },
      run: { title: { running: 'Saying', done: 'Said', detail: 'hi' }, group: 'search', effect: 'read', level: 'none' },
    })
    expect(parts.find((part) => part.type === 'tool-result')).toMatchObject({ content: 'echo: hi', truncated: false })
    expect(requests[0]!.tools).toMatchObject([{ name: 'echo', parameters: { required: ['text'] } }])
    expect(requests[1]!.messages).toMatchObject([
      { role: 'system' },
      { role: 'user', content: 'Do it.' },
      { role: 'assistant', content: 'I look. ', toolCalls: [{ name: 'echo', arguments: { text: 'hi' } }] },
      { role: 'tool', name: 'echo', content: expect.stringContaining('echo: hi') },
    ])
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
  })

  it('gives the model its thoughts back with the calls that came of them', async () => {
    const { requests } = await takeTurn({
      steps: [[{ type: 'reasoning', text: 'Hm.' }, call('echo', { text: 'a' })], ['So.']],
    })
    expect(requests[1]!.messages[2]).toMatchObject({
      role: 'assistant',
      reasoning: 'Hm.',
      toolCalls: [{ name: 'echo' }],
    })
  })

  it('lets a model that gets every call wrong answer without tools, and does not wait for the bounds', async () => {
    const wrong = (name: string) => [call(name, { nothing: true })]
    const { requests, text, parts } = await takeTurn({
      tools: ['one', 'two', 'three', 'four'].map((name) => echoTool({ name })),
      steps: [wrong('one'), wrong('two'), wrong('three'), ['I can not look, but I know: 4.']],
    })
    expect(requests.map(({ tools }) => tools?.length ?? 0)).toEqual([4, 4, 4, 0])
    expect(requests.at(-1)!.messages.at(-1)!.content).toContain('No tool can be used any more')
    expect(text).toBe('I can not look, but I know: 4.')
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
  })

  it('goes on asking a model that gets some calls right', async () => {
    const wrong = [call('echo', {})]
    const { requests } = await takeTurn({
      tools: ['echo', 'other'].map((name) => echoTool({ name })),
      steps: [wrong, [call('other', { text: 'hi' })], wrong, [call('gone')], ['So.']],
    })
    expect(requests.map(({ tools }) => tools?.length ?? 0)).toEqual([2, 2, 2, 1, 1])
  })

  it('sums what was generated, and tells the prompt of the last step', async () => {
    const usage = (promptTokens: number, completionTokens: number) =>
      ({ type: 'end', reason: 'stop', usage: { promptTokens, completionTokens, completionMs: 10 } }) as const
    const { parts } = await takeTurn({
      steps: [
        [call('echo', { text: 'a' }), usage(100, 7)],
        ['So.', usage(150, 2)],
      ],
    })
    expect(parts.filter((part) => part.type === 'usage')).toEqual([
      { type: 'usage', promptTokens: 100, completionTokens: 7, completionMs: 10 },
      { type: 'usage', promptTokens: 150, completionTokens: 9, completionMs: 20 },
    ])
  })

  it('is one call of the model itself where there are no tools of ours', async () => {
    const host = {
      session,
      limits: defaultTurnLimits,
      beforeStep: () => Promise.reject(new Error('not asked')),
      decide: () => Promise.reject(new Error('not asked')),
      ledger: { begin: async () => {}, complete: async () => {} },
    }
    const turn = runTurn({
      request: {
        model: 'scripted:1b',
        system: null,
        messages: [{ id: 'q', role: 'user', text: 'Hi' }],
        mode: 'answer',
        parameters: {},
        windowTokens: 4096,
        budgetTokens: null,
        tools: [{ name: 'theirs', description: '', parameters: {} }],
      },
      engine: createScriptedEngine({
        script: ['Hi', call('theirs'), { type: 'end', reason: 'tool-calls', usage: {} }],
      }),
      estimator: createTokenEstimator(),
      signal: new AbortController().signal,
      host,
    })
    const parts: TurnPart[] = []
    for await (const part of turn) parts.push(part)
    expect(parts.map((part) => part.type)).toEqual(['context-fitted', 'text', 'tool-call', 'usage', 'end'])
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'tool-calls' })
  })

  it('hands calls of the caller back once ours have run', async () => {
    const { parts } = await takeTurn({
      steps: [[call('theirs', { a: 1 }, 'id-1'), call('echo', { text: 'a' })]],
      callerTools: [{ name: 'theirs', description: 'Not ours', parameters: {} }],
    })
    expect(parts.map((part) => part.type).slice(2)).toEqual([
      'tool-call',
      'tool-start',
      'tool-result',
      'tool-call',
      'end',
    ])
    expect(parts.at(-2)).toEqual({ type: 'tool-call', callId: 'id-1', name: 'theirs', arguments: { a: 1 } })
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'tool-calls' })
  })

  it('gives each call an id of its own, whatever the model gave', async () => {
    const { parts } = await takeTurn({
      steps: [
        [call('echo', { text: 'a' }, ''), call('echo', { text: 'b' }, 'x'), call('echo', { text: 'c' }, 'x')],
        ['.'],
      ],
    })
    const ids = parts.filter((part) => part.type === 'tool-call').map(({ callId }) => callId)
    expect(new Set(ids).size).toBe(3)
    expect(ids.every((id) => /^call_[0-9a-f-]{36}$/.test(id))).toBe(true)
  })

  it('asks a model that says nothing to its results for an answer, once', async () => {
    const { requests, text } = await takeTurn({ steps: [[call('echo', { text: 'a' })], [' '], ['So.']] })
    expect(text.trim()).toBe('So.')
    expect(requests[2]!.messages.at(-1)).toMatchObject({ role: 'user', content: expect.stringContaining('in words') })
    const mute = await takeTurn({ steps: [[call('echo', { text: 'a' })], []] })
    expect(mute.requests).toHaveLength(3)
    expect(mute.parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
  })

  it('keeps no more than a quarter of the window free for the answer, so that results have room', async () => {
    const { parts, requests } = await takeTurn({
      request: { windowTokens: 4_096, parameters: { maxTokens: 2_048 } },
      steps: [['So.']],
    })
    expect(parts[0]).toMatchObject({ type: 'context-fitted', reserved: 1_024 })
    expect(requests[0]!.maxTokens).toBe(2_048)
  })

  it('waits for a slot before each call of the model', async () => {
    const asked: number[] = []
    await takeTurn({
      steps: [[call('echo', { text: 'a' })], ['.']],
      host: {
        beforeStep: async () => {
          asked.push(asked.length)
        },
      },
    })
    expect(asked).toHaveLength(2)
  })

  it('throws on what its host throws', async () => {
    const host = { beforeStep: () => Promise.reject(new Error('database is gone')) }
    await expect(takeTurn({ host })).rejects.toThrow('database is gone')
    const tools = [echoTool({ effect: 'write' })]
    const ledger = { begin: () => Promise.reject(new Error('disk is full')), complete: async () => {} }
    await expect(takeTurn({ tools, steps: [[call('echo', { text: 'a' })]], host: { ledger } })).rejects.toThrow(
      'disk is full',
    )
  })

  it('goes on in an unfinished answer, and keeps it in one piece for the next step', async () => {
    const { requests } = await takeTurn({
      steps: [[' a time', call('echo', { text: 'a' })], ['.']],
      request: {
        mode: 'continue',
        messages: [
          { id: 'q', role: 'user', text: 'Tell.' },
          { id: 'a', role: 'assistant', text: 'Once upon' },
        ],
      },
    })
    expect(requests[0]!.continueLast).toBe(true)
    expect(requests[1]!.continueLast).toBeUndefined()
    expect(requests[1]!.messages.map(({ role, content }) => [role, content]).slice(1, 3)).toEqual([
      ['user', 'Tell.'],
      ['assistant', 'Once upon a time'],
    ])
  })
})

describe('a call that nobody could read', () => {
  const broken = { type: 'error', code: 'engine-failed', message: 'invalid character', unreadableCall: true } as const

  it('is shown to the model once', async () => {
    const { requests, text, parts } = await takeTurn({ steps: [['Let me. ', broken], ['So.']] })
    expect(requests).toHaveLength(2)
    expect(requests[1]!.messages.slice(-2)).toEqual([
      { role: 'assistant', content: 'Let me. ' },
      { role: 'user', content: expect.stringContaining('invalid character') },
    ])
    expect(text).toBe('Let me. \n\nSo.')
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
  })

  it('a second time leaves the model to answer without tools, and a third time fails', async () => {
    const helped = await takeTurn({ steps: [[broken], [broken], ['So.']] })
    expect(helped.requests.map((request) => request.tools?.length ?? 0)).toEqual([1, 1, 0])
    expect(helped.parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
    const lost = await takeTurn({ steps: [[broken]] })
    expect(lost.requests).toHaveLength(3)
    expect(lost.parts.at(-1)).toMatchObject({ type: 'error', code: 'engine-failed' })
  })

  it('is not what other failures of the engine are', async () => {
    const { requests, parts } = await takeTurn({ steps: [[{ type: 'error', code: 'engine-busy', message: 'busy' }]] })
    expect(requests).toHaveLength(1)
    expect(parts.at(-1)).toMatchObject({ code: 'engine-busy' })
  })
})
