import { describe, expect, it } from 'vitest'
import { emptyRunView, reduceRunEvents } from './reduce-run.ts'
import type { RunEvent } from './run-event.ts'

const call: RunEvent[] = [
  { seq: 1, at: 1_000, type: 'text-delta', text: 'Let me see. ', tokens: 3 },
  {
    seq: 2,
    at: 1_100,
    type: 'tool-call',
    callId: 'a',
    name: 'write_file',
    arguments: { path: 'x.txt' },
    run: {
      title: { running: 'Writing x.txt', done: 'Wrote x.txt' },
      group: 'file_ops',
      effect: 'write',
      level: 'none',
    },
  },
]
const facts = {
  wants: 'change x.txt',
  reason: null,
  writes: ['x.txt'],
  hosts: [],
  restorable: true,
  preview: { kind: 'text' as const, text: 'hello' },
}
const request: RunEvent = {
  seq: 3,
  at: 1_200,
  type: 'approval-request',
  callId: 'a',
  facts,
  scopes: ['once', 'conversation'],
  expiresAt: 9_000,
}
const approved: RunEvent[] = [
  { seq: 4, at: 1_300, type: 'approval-decision', callId: 'a', decision: 'approved', scope: 'once' },
  { seq: 5, at: 1_310, type: 'tool-start', callId: 'a' },
  { seq: 6, at: 1_320, type: 'tool-output', callId: 'a', text: 'half ' },
  { seq: 7, at: 1_330, type: 'tool-output', callId: 'a', text: 'way' },
]
const result: RunEvent = {
  seq: 8,
  at: 1_400,
  type: 'tool-result',
  callId: 'a',
  content: 'Wrote 5 bytes.',
  truncated: false,
  display: { kind: 'files', files: [{ path: 'x.txt', bytes: 5 }] },
}
const fold = (...events: RunEvent[]) => reduceRunEvents(emptyRunView('run', 900), events)
const onlyCall = (...events: RunEvent[]) => fold(...events).toolCalls[0]

describe('the time that a person takes', () => {
  it('is counted once however many calls wait, and while a run that ends waits', () => {
    const second: RunEvent = { ...request, seq: 4, at: 1_250, callId: 'b' }
    const other: RunEvent = { ...(call[1] as Extract<RunEvent, { type: 'tool-call' }>), seq: 2.5, callId: 'b' }
    const waits = fold(...call, other, request, second)
    expect(waits).toMatchObject({ waitedMs: 0, waitsSince: 1_200 })
    const one: RunEvent = {
      seq: 5,
      at: 1_300,
      type: 'approval-decision',
      callId: 'a',
      decision: 'approved',
      scope: 'once',
    }
    expect(reduceRunEvents(waits, [one])).toMatchObject({ waitedMs: 0, waitsSince: 1_200 })
    expect(reduceRunEvents(waits, [one, { ...one, seq: 6, at: 1_500, callId: 'b' }])).toMatchObject({
      waitedMs: 300,
      waitsSince: null,
    })
    expect(reduceRunEvents(waits, [{ seq: 5, at: 1_900, type: 'run-end', reason: 'stopped' }])).toMatchObject({
      waitedMs: 700,
      waitsSince: null,
    })
  })
})

describe('what a call changed in the workspace', () => {
  const changed = { before: 'a', after: 'b', files: [{ path: 'x.txt', change: 'added' as const, added: 1 }], total: 1 }

  it('stays with the call, whether it came to its end or failed half way', () => {
    const failed: RunEvent = {
      seq: 8,
      at: 1_400,
      type: 'tool-error',
      callId: 'a',
      failure: 'timeout',
      message: 'Slow.',
    }
    expect(onlyCall(...call, ...approved, { ...result, changed })).toMatchObject({ state: 'done', changed })
    expect(onlyCall(...call, ...approved, { ...failed, changed })).toMatchObject({ state: 'failed', changed })
  })

  it('is not there where nothing changed', () => {
    expect(onlyCall(...call, ...approved, result)).not.toHaveProperty('changed')
  })
})

describe('a tool call in a view', () => {
  it('stands after the text that came before it, and waits for its person', () => {
    expect(onlyCall(...call)).toMatchObject({ state: 'ready', textBefore: 12, reasoningBefore: 0 })
    const view = fold(...call, request)
    expect(view.phase).toBe('approval')
    expect(view.toolCalls[0]).toMatchObject({ state: 'waiting', approval: { facts, expiresAt: 9_000 } })
  })

  it('runs, prints and has a result', () => {
    const view = fold(...call, request, ...approved)
    expect(view.phase).toBe('acting')
    expect(view.toolCalls[0]).toMatchObject({ state: 'running', output: 'half way', startedAt: 1_310 })
    expect(onlyCall(...call, request, ...approved, result)).toMatchObject({
      state: 'done',
      content: 'Wrote 5 bytes.',
      endedAt: 1_400,
    })
  })

  it('reads again after a result: the next step is no longer the tool', () => {
    const fitted: RunEvent = {
      ...{ seq: 9, at: 1_500, type: 'context-fitted', budget: 100, used: 10, reserved: 10, system: 0, messages: 1 },
      calibrated: false,
      dropped: [],
    }
    expect(fold(...call, result, fitted).phase).toBe('starting')
  })

  it('is closed by the end of its run, and says why', () => {
    const end = (reason: 'stopped' | 'interrupted'): RunEvent => ({ seq: 9, at: 2_000, type: 'run-end', reason })
    expect(onlyCall(...call, request, end('stopped'))).toMatchObject({
      state: 'failed',
      failure: { failure: 'aborted' },
    })
    expect(onlyCall(...call, end('interrupted'))?.failure?.failure).toBe('interrupted')
    expect(onlyCall(...call, result, end('stopped'))).toMatchObject({ state: 'done', failure: null })
  })

  it('is left alone by the end where the caller runs it', () => {
    const handed: RunEvent = { seq: 1, at: 1, type: 'tool-call', callId: 'b', name: 'theirs', arguments: {} }
    expect(onlyCall(handed, { seq: 2, at: 2, type: 'run-end', reason: 'tool-calls' })).toMatchObject({
      run: null,
      state: 'ready',
      failure: null,
    })
  })
})
