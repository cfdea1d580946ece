import { emptyRunView, type NewRunEvent, type RunEvent, reduceRunEvents } from '@reynard/protocol'
import { describe, expect, it } from 'vitest'
import { call, echoTool, takeTurn } from './testing/turn-fixture.ts'

describe('a resumed run', () => {
  const run = { title: { running: 'r', done: 'd' }, group: 'search', level: 'none' } as const
  const view = (...events: NewRunEvent[]) =>
    reduceRunEvents(
      emptyRunView('r', 0),
      events.map((event, i) => ({ ...event, seq: i + 1, at: i + 1 }) as RunEvent),
    )
  const made = (callId: string, text: string, effect: 'read' | 'write' | 'execute'): NewRunEvent => ({
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

  it('knows what a program changed: looking again is no repetition', async () => {
    const display = { kind: 'text' as const, text: '' }
    const ended = { content: 'A', truncated: false, display }
    const changed = { before: 'a', after: 'b', files: [{ path: 'x', change: 'modified' as const }], total: 1 }
    const resume = view(
      made('call_a', 'a', 'read'),
      { type: 'tool-result', callId: 'call_a', ...ended },
      made('call_b', 'a', 'read'),
      { type: 'tool-result', callId: 'call_b', ...ended },
      made('call_c', 'program', 'execute'),
      { type: 'tool-result', callId: 'call_c', ...ended, changed },
    )
    const { failures } = await takeTurn({ steps: [[call('echo', { text: 'a' })], ['So.']], host: { resume } })
    expect(failures).toEqual([])
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
