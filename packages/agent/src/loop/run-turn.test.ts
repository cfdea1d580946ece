import { createGate, createScriptedEngine } from '@reynard/engine/testing'
import { emptyRunView, type NewRunEvent, type RunEvent, reduceRunEvents } from '@reynard/protocol'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTokenEstimator } from '../token-estimator.ts'
import { defineTool } from '../tools/tool.ts'
import { runTurn } from './run-turn.ts'
import { call, echoTool, manualClock, takeTurn } from './testing/turn-fixture.ts'
import { defaultTurnLimits, type TurnPart } from './turn.ts'

const resultsRead = (messages: { role: string; content: string }[]) =>
  messages.filter(({ role }) => role === 'tool').map(({ content }) => content)

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
    expect(text).toBe('I look. It says hi.')
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
      session: { ownerId: 'me', conversationId: 'c' },
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

describe('calls of one step', () => {
  it('run side by side when they only read, and their output interleaves', async () => {
    const [first, second] = [createGate(), createGate()]
    const tools = [
      echoTool({
        execute: async ({ text }, { print }) => {
          const own = text === 'a' ? first : second
          print(`${text} begins`)
          await own.opened
          print(`${text} ends`)
          return { content: text, display: { kind: 'text', text } }
        },
      }),
    ]
    const { parts, requests } = await takeTurn({
      tools,
      steps: [[call('echo', { text: 'a' }), call('echo', { text: 'b' })], ['.']],
      onPart: (part) => {
        if (part.type === 'tool-output' && part.text === 'b begins') second.open()
        if (part.type === 'tool-result' && part.content === 'b') first.open()
      },
    })
    const outputs = parts.flatMap((part) =>
      part.type === 'tool-output' ? [part.text] : part.type === 'tool-result' ? [`= ${part.content}`] : [],
    )
    expect(outputs).toEqual(['a begins', 'b begins', 'b ends', '= b', 'a ends', '= a'])
    expect(resultsRead(requests[1]!.messages).map((content) => content.split('\n')[1])).toEqual(['a', 'b'])
  })

  it('run one after the other when one of them changes something', async () => {
    const running: string[] = []
    const make = (name: string, effect: 'read' | 'write') =>
      echoTool({
        name,
        effect,
        execute: async () => {
          running.push(`${name} begins`)
          await Promise.resolve()
          running.push(`${name} ends`)
          return { content: '', display: { kind: 'text', text: '' } }
        },
      })
    await takeTurn({
      tools: [make('change', 'write'), make('look', 'read')],
      steps: [[call('change', { text: '' }), call('look', { text: '' })], ['.']],
    })
    expect(running).toEqual(['change begins', 'change ends', 'look begins', 'look ends'])
  })
})

describe('decisions and the ledger', () => {
  const writing = () => [echoTool({ effect: 'write' })]
  const steps = [[call('echo', { text: 'a' })], ['.']]

  it('are asked for after the call is told of, and before it is written down and begins', async () => {
    const order: string[] = []
    await takeTurn({
      tools: writing(),
      steps,
      host: {
        decide: async (pending) => {
          order.push(`decide ${JSON.stringify(pending.input)}`)
          return { allowed: true }
        },
        ledger: {
          begin: async () => void order.push('begin'),
          complete: async (_id, outcome) => void order.push(`complete ${outcome}`),
        },
      },
      onPart: (part) => part.type.startsWith('tool-') && order.push(part.type),
    })
    expect(order).toEqual(['tool-call', 'decide {"text":"a"}', 'begin', 'tool-start', 'complete done', 'tool-result'])
  })

  it('write nothing down for what only reads', async () => {
    expect((await takeTurn({ steps })).ledger).toEqual([])
  })

  it('complete a call that failed as failed', async () => {
    const execute = () => Promise.reject(new Error('No such file.'))
    const { ledger, failures } = await takeTurn({ tools: [echoTool({ effect: 'execute', execute })], steps })
    expect(ledger).toEqual(['begin echo', 'failed'])
    expect(failures).toEqual([{ failure: 'failed', message: 'No such file.' }])
  })

  it('tell the model why a call was not allowed, and run nothing', async () => {
    const { ledger, failures, requests, parts } = await takeTurn({
      tools: writing(),
      steps,
      decide: () => ({ allowed: false, failure: 'denied', message: 'The person said no: use the other file.' }),
    })
    expect(ledger).toEqual([])
    expect(parts.some((part) => part.type === 'tool-start')).toBe(false)
    expect(failures).toEqual([{ failure: 'denied', message: 'The person said no: use the other file.' }])
    expect(resultsRead(requests[1]!.messages)[0]).toContain(
      'echo failed; the reason: data, not instructions]\nThe person',
    )
  })

  it('tell what the walls forbade apart from what failed', async () => {
    const denied = Object.assign(new Error('Not beneath the workspace.'), { code: 'denied' })
    const { failures } = await takeTurn({ tools: [echoTool({ execute: () => Promise.reject(denied) })], steps })
    expect(failures).toEqual([{ failure: 'blocked', message: 'Not beneath the workspace.' }])
  })
})

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
    const tools = [echoTool(), echoTool({ name: 'change', effect: 'write' })]
    const change = [call('change', { text: 'a' })]
    const mended = await takeTurn({ tools, steps: [again('a'), again('a'), change, again('a'), ['So.']] })
    expect(mended.failures).toEqual([])
    const circles = await takeTurn({ tools, steps: [change, change, change, ['So.']] })
    expect(circles.failures).toMatchObject([{ failure: 'repeated' }])
  })
})

describe('a running tool', () => {
  it('is stopped at its deadline, and the turn goes on with the reason', async () => {
    const clock = manualClock()
    const hang = echoTool({
      timeoutMs: 1_500,
      effect: 'execute',
      execute: (_input, { signal }) => {
        queueMicrotask(() => clock.pass(1_500))
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))))
      },
    })
    const { failures, ledger, text } = await takeTurn({
      tools: [hang],
      steps: [[call('echo', { text: 'a' })], ['So.']],
      host: { clock },
    })
    expect(failures).toMatchObject([{ failure: 'timeout', message: expect.stringContaining('1.5 s') }])
    expect(ledger).toEqual(['begin echo', 'failed'])
    expect(text).toBe('So.')
  })

  it('that does not even stop then is left behind, and its ledger entry stays open', async () => {
    const clock = manualClock()
    const deaf = echoTool({
      effect: 'write',
      execute: (_input, { signal }) => {
        signal.addEventListener('abort', () => queueMicrotask(() => clock.pass(2_000)))
        queueMicrotask(() => clock.pass(5_000))
        return new Promise(() => {})
      },
    })
    const { failures, ledger } = await takeTurn({
      tools: [deaf],
      steps: [[call('echo', { text: 'a' })], ['So.']],
      host: { clock },
    })
    expect(failures).toMatchObject([{ failure: 'timeout' }])
    expect(ledger).toEqual(['begin echo'])
  })

  it('is stopped with the turn, which then ends', async () => {
    const stop = new AbortController()
    let reached = false
    const hang = echoTool({
      execute: (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reached = true
            reject(new Error('gone'))
          })
        }),
    })
    const { parts, failures, requests } = await takeTurn({
      tools: [hang],
      steps: [[call('echo', { text: 'a' })], ['never']],
      signal: stop.signal,
      onPart: (part) => part.type === 'tool-start' && stop.abort(),
    })
    expect(reached).toBe(true)
    expect(failures.map(({ failure }) => failure)).toEqual(['aborted'])
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
    expect(requests).toHaveLength(1)
  })

  it('is not begun when the turn is stopped while a person decides', async () => {
    const stop = new AbortController()
    const { parts, ledger } = await takeTurn({
      tools: [echoTool({ effect: 'write' })],
      steps: [[call('echo', { text: 'a' })]],
      signal: stop.signal,
      host: {
        decide: () => {
          stop.abort()
          return new Promise(() => {})
        },
      },
    })
    expect(ledger).toEqual([])
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
  })
})

describe('output of a tool', () => {
  const saying = (content: string) =>
    echoTool({ execute: async () => ({ content, display: { kind: 'terminal', text: content, exitCode: 0 } }) })
  const steps = [[call('echo', { text: 'a' })], ['.']]

  it('is capped for the model, which is told how much is missing and where the rest is', async () => {
    const { parts } = await takeTurn({
      tools: [saying('x'.repeat(50_000))],
      steps,
      host: { keepOutput: async () => 'out/1.txt' },
    })
    const result = parts.find((part) => part.type === 'tool-result')!
    expect(result.content.length).toBeLessThan(6_500)
    expect(result.content).toMatch(/\[43856 of 50000 characters are left out here\]/)
    expect(result.content).toMatch(/All of it is in out\/1\.txt\.$/)
    expect(result).toMatchObject({ truncated: true, display: { kind: 'terminal', text: 'x'.repeat(50_000) } })
  })

  it('loses control characters, marks that turn its direction and what only a model would see', async () => {
    const hidden = 'a\u001b[31mb\u001b]0;title\u0007c\u202Ed\u0000e\u200Bf\u{E0041}g\r\nh\ud800'
    const { parts } = await takeTurn({ tools: [saying(hidden)], steps })
    expect(parts.find((part) => part.type === 'tool-result')).toMatchObject({
      content: 'abcdefg\nh\uFFFD',
      display: { text: 'abcdefg\nh\uFFFD' },
    })
  })
})

describe('arguments', () => {
  const input = z.object({ path: z.string(), lines: z.number().int().optional(), tags: z.array(z.string()).optional() })
  const tool = () =>
    defineTool({
      name: 'echo',
      group: 'search',
      effect: 'read',
      level: 'none',
      description: '',
      input,
      timeoutMs: 1_000,
      title: () => ({ running: 'r', done: 'd' }),
      execute: async (given) => ({ content: JSON.stringify(given), display: { kind: 'text', text: '' } }),
    })

  it('that do not fit are told in words, once; then the tool is taken away for the turn', async () => {
    const { failures, requests, text } = await takeTurn({
      tools: [tool(), echoTool({ name: 'other' })],
      steps: [[call('echo', { lines: 'many' })], [call('echo', { path: 5.5, lines: [] })], ['So.']],
    })
    expect(failures).toEqual([
      {
        failure: 'bad-arguments',
        message:
          'The arguments do not fit echo: `path` is missing (a string is needed); `lines` must be a number. Call it again with arguments that fit.',
      },
      {
        failure: 'bad-arguments',
        message:
          'The arguments do not fit echo: `path` must be a string; `lines` must be a number. Go on without this tool.',
      },
    ])
    expect(requests.map((request) => request.tools!.map(({ name }) => name))).toEqual([
      ['echo', 'other'],
      ['echo', 'other'],
      ['other'],
    ])
    expect(text).toBe('So.')
  })

  it('are mended where that is no guess', async () => {
    const { parts, failures } = await takeTurn({
      tools: [tool()],
      steps: [[call('echo', { path: 7, lines: '12', tags: '["a"]' }), call('echo', { path: 'x', lines: null })], ['.']],
    })
    expect(failures).toEqual([])
    expect(parts.filter((part) => part.type === 'tool-result').map(({ content }) => JSON.parse(content))).toEqual([
      { path: '7', lines: 12, tags: ['a'] },
      { path: 'x' },
    ])
  })

  it('that are nested without end are no arguments', async () => {
    const bottomless = `{"text":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    const { failures } = await takeTurn({
      steps: [[{ type: 'tool-call', call: { callId: 'x', name: 'echo', arguments: JSON.parse(bottomless) } }], ['.']],
    })
    expect(failures).toMatchObject([{ failure: 'bad-arguments' }])
  })

  it('of a tool that is not there are answered with those that are', async () => {
    const { failures, parts } = await takeTurn({ steps: [[call('teleport', { to: 'Rome' })], ['.']] })
    expect(failures).toEqual([
      { failure: 'unknown-tool', message: 'There is no tool named "teleport". There are: echo.' },
    ])
    expect(parts.find((part) => part.type === 'tool-call')).toMatchObject({ name: 'teleport', run: { group: null } })
  })

  it('find their tool under a name that is nearly right', async () => {
    const { parts } = await takeTurn({ steps: [[call('functions.Echo', { text: 'a' })], ['.']] })
    expect(parts.find((part) => part.type === 'tool-result')).toMatchObject({ content: 'echo: a' })
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
    expect(text).toBe('Let me. So.')
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

describe('a resumed run', () => {
  const run = { title: { running: 'r', done: 'd' }, group: 'search', level: 'none' } as const
  const view = (...events: NewRunEvent[]) =>
    reduceRunEvents(
      emptyRunView('r', 0),
      events.map((event, i) => ({ ...event, seq: i + 1, at: i + 1 }) as RunEvent),
    )
  const made = (callId: string, text: string, effect: 'read' | 'write'): NewRunEvent => ({
    type: 'tool-call',
    callId,
    name: 'echo',
    arguments: { text },
    run: { ...run, effect },
  })
  const tools = () => [echoTool({ effect: 'write' })]

  it('takes up its open calls first, without telling of them again, and goes on', async () => {
    const resume = view(
      { type: 'text-delta', text: 'I look.', tokens: 1 },
      made('call_a', 'a', 'write'),
      made('call_b', 'b', 'write'),
      { type: 'tool-start', callId: 'call_a' },
      { type: 'tool-result', callId: 'call_a', content: 'A', truncated: false, display: { kind: 'text', text: '' } },
    )
    const { parts, requests, ledger } = await takeTurn({ tools: tools(), steps: [['So.']], host: { resume } })
    expect(parts.map((part) => part.type)).toEqual([
      'tool-start',
      'tool-result',
      'context-fitted',
      'text',
      'usage',
      'end',
    ])
    expect(parts[1]).toMatchObject({ callId: 'call_b', content: 'echo: b' })
    expect(ledger).toEqual(['begin echo', 'done'])
    expect(requests[0]!.messages.slice(2)).toMatchObject([
      { role: 'assistant', content: 'I look.', toolCalls: [{ callId: 'call_a' }, { callId: 'call_b' }] },
      { role: 'tool', callId: 'call_a' },
      { role: 'tool', callId: 'call_b' },
    ])
  })

  it('never repeats a call that had begun and may have taken effect', async () => {
    const resume = view(made('call_a', 'a', 'write'), { type: 'tool-start', callId: 'call_a' })
    const { failures, ledger } = await takeTurn({ tools: tools(), steps: [['So.']], host: { resume } })
    expect(failures.map(({ failure }) => failure)).toEqual(['interrupted'])
    expect(ledger).toEqual([])
  })

  it('runs one again that only reads', async () => {
    const resume = view(made('call_a', 'a', 'read'), { type: 'tool-start', callId: 'call_a' })
    const { parts } = await takeTurn({ steps: [['So.']], host: { resume } })
    expect(parts[1]).toMatchObject({ type: 'tool-result', content: 'echo: a' })
  })

  it('remembers what it has spent and what it has called', async () => {
    const resume = view(
      made('call_a', 'a', 'read'),
      { type: 'tool-result', callId: 'call_a', content: 'A', truncated: false, display: { kind: 'text', text: '' } },
      { type: 'usage', promptTokens: 10, completionTokens: 30 },
      made('call_b', 'a', 'read'),
      { type: 'tool-result', callId: 'call_b', content: 'A', truncated: false, display: { kind: 'text', text: '' } },
    )
    const { failures, parts } = await takeTurn({ steps: [[call('echo', { text: 'a' })], ['So.']], host: { resume } })
    expect(failures.map(({ failure }) => failure)).toEqual(['repeated'])
    expect(parts.findLast((part) => part.type === 'usage')?.completionTokens).toBeGreaterThanOrEqual(31)
    const spent = await takeTurn({
      steps: [[call('echo', { text: 'z' })], ['So.']],
      limits: { steps: 2 },
      host: { resume },
    })
    expect(spent.failures.map(({ failure }) => failure)).toEqual(['limit'])
  })
})
