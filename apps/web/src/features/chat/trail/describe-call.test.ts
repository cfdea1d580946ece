import type { ToolCall, ToolFailure } from '@reynard/protocol'
import { describe, expect, it } from 'vitest'
import { describeCall } from './describe-call.ts'

const at = new Date(2026, 0, 1, 14, 22).getTime()
const call: ToolCall = {
  callId: 'a',
  name: 'write_file',
  arguments: {},
  run: {
    title: { running: 'Writing notes.md', done: 'Wrote notes.md', detail: '2 lines', code: false },
    group: 'file_ops',
    effect: 'write',
    level: 'none',
  },
  textBefore: 0,
  reasoningBefore: 0,
  state: 'ready',
  approval: null,
  decision: null,
  output: '',
  content: null,
  truncated: false,
  display: null,
  failure: null,
  calledAt: at,
  startedAt: null,
  endedAt: null,
}
const approval: ToolCall['approval'] = {
  facts: {
    wants: 'change notes.md',
    reason: null,
    writes: [],
    hosts: [],
    restorable: true,
    preview: { kind: 'text', text: '' },
  },
  scopes: ['once'],
  expiresAt: at + 30 * 60_000,
}
const line = (change: Partial<ToolCall>) => {
  const { title, detail, end } = describeCall({ ...call, ...change }, 'Reynard')
  return [title, detail, end].filter(Boolean).join(' | ')
}
const failed = (failure: ToolFailure, change: Partial<ToolCall> = {}) =>
  line({
    state: 'failed',
    failure: { failure, message: 'It is so.\nMore of it.' },
    startedAt: at,
    endedAt: at + 30_000,
    ...change,
  })

describe('a call in one line', () => {
  it('names the file that it failed with', () => {
    const run = { ...call.run!, title: { running: 'Reading', done: 'Read', detail: 'notes.md', code: true } }
    expect(failed('failed', { run })).toBe('Reading notes.md failed | It is so.')
    expect(failed('bad-arguments', { run })).toBe('Reading notes.md: the call was not valid | It is so.')
    expect(failed('failed', { run: { ...run, group: 'search' } })).toBe('Reading failed | It is so.')
  })

  it('waits for the one before it, and does not look as if it ran', () => {
    const behind = (change: Partial<ToolCall>) => describeCall({ ...call, ...change }, 'Reynard', { isBehind: true })
    expect(behind({})).toMatchObject({ look: 'behind', title: 'Writing notes.md', end: 'after the one above' })
    expect(behind({ state: 'running', startedAt: at })).toMatchObject({ look: 'running', end: null })
    expect(describeCall(call, 'Reynard')).toMatchObject({ look: 'running', end: null })
  })
  it('says what it does, and what it did in the past tense', () => {
    expect(line({ state: 'running' })).toBe('Writing notes.md | 2 lines')
    expect(line({ state: 'done' })).toBe('Wrote notes.md | 2 lines')
    const decision = { decision: 'approved' as const, note: null, at }
    expect(line({ state: 'done', approval, decision })).toBe('Wrote notes.md | 2 lines | Approved by you, 14:22')
    expect(line({ state: 'waiting', approval })).toBe('Reynard wants to change notes.md | after the one above')
  })

  it('says why there is no result', () => {
    const decision = { decision: 'denied' as const, note: 'Use another file', at }
    expect(failed('denied', { approval, decision })).toBe(
      'Denied: change notes.md | by you, 14:22: Use another file | Nothing was changed',
    )
    expect(failed('expired', { approval })).toBe(
      'Denied: change notes.md | nobody answered in 30 min | Nothing was changed',
    )
    expect(failed('timeout')).toBe('Writing notes.md was stopped after 30 s | its time limit')
    expect(failed('unavailable')).toBe('It is so.')
    expect(failed('blocked')).toBe('Blocked: It is so.')
    expect(failed('failed')).toBe('Writing notes.md failed | It is so.')
    expect(failed('unknown-tool')).toBe('Asked for a tool that is not here | write_file')
  })

  it('calls a program failed that says so, by its own words', () => {
    const display = { kind: 'terminal' as const, text: 'one\nTypeError: x is undefined\n  at 3', exitCode: 1 }
    expect(line({ state: 'done', display })).toBe('Writing notes.md failed | TypeError: x is undefined')
    expect(line({ state: 'done', display: { ...display, text: 'no' } })).toBe('Writing notes.md failed | 2 lines')
    expect(line({ state: 'done', display: { ...display, exitCode: 0 } })).toBe('Wrote notes.md | 2 lines')
  })

  it('says of tests how many failed, which is no failure of the call', () => {
    const display = {
      kind: 'tests' as const,
      runner: 'pytest',
      cases: [],
      passed: 29,
      failed: 2,
      skipped: 1,
      omitted: 32,
    }
    expect(line({ state: 'done', display })).toBe('Wrote notes.md | 2 lines | 2 of 31 failed')
    expect(line({ state: 'done', display: { ...display, failed: 0 } })).toBe('Wrote notes.md | 2 lines | 29 passed')
  })

  it('turns no direction of writing round', () => {
    const run = call.run && { ...call.run, title: { running: 'Writing \u202egpj.exe', done: '' } }
    expect(line({ state: 'running', run })).toBe('Writing gpj.exe')
  })
})
