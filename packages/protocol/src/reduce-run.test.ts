import { describe, expect, it } from 'vitest'
import { emptyRunView, reduceRun, reduceRunEvents } from './reduce-run.ts'
import type { RunEvent } from './run-event.ts'

const started: RunEvent[] = [
  { seq: 1, at: 1_000, type: 'run-queued', position: 3, etaMs: 20_000, place: 'queue' },
  { seq: 2, at: 1_500, type: 'run-start', engine: 'ollama', model: 'qwen3:8b', parameters: { temperature: 0.7 } },
  { seq: 3, at: 1_600, type: 'model-loading', model: 'qwen3:8b', expectedMs: 15_000 },
  { seq: 4, at: 3_000, type: 'reasoning-delta', text: 'The split ', tokens: 2 },
  { seq: 5, at: 3_400, type: 'reasoning-delta', text: 'is uneven.', tokens: 3 },
  { seq: 6, at: 9_000, type: 'text-delta', text: 'The first ', tokens: 2 },
  { seq: 7, at: 9_100, type: 'text-delta', text: 'line pays.', tokens: 2 },
  { seq: 8, at: 9_200, type: 'usage', promptTokens: 20, completionTokens: 9 },
  { seq: 9, at: 9_200, type: 'run-end', reason: 'done' },
]
const fresh = () => emptyRunView('run', 900)

describe('reduceRun', () => {
  it('walks through the phases in the order of the events', () => {
    const phases: string[] = []
    let view = fresh()
    for (const event of started) {
      view = reduceRun(view, event)
      phases.push(view.phase)
    }
    expect(phases).toEqual([
      ...['queued', 'starting', 'loading', 'thinking', 'thinking', 'streaming', 'streaming', 'streaming', 'ended'],
    ])
  })

  it('joins the text and keeps when each part began and ended', () => {
    const view = reduceRunEvents(fresh(), started)
    expect(view).toMatchObject({ text: 'The first line pays.', reasoning: 'The split is uneven.', tokens: 9, seq: 9 })
    expect(view).toMatchObject({
      reasoningStartedAt: 3_000,
      reasoningEndedAt: 9_000,
      firstTokenAt: 3_000,
      endedAt: 9_200,
    })
    expect(view.usage).toEqual({ promptTokens: 20, completionTokens: 9 })
  })

  it('counts an event that comes twice once, so that a replay may overlap', () => {
    const once = reduceRunEvents(fresh(), started)
    const overlapping = reduceRunEvents(fresh(), [...started.slice(0, 7), ...started.slice(3)])
    expect(overlapping).toEqual(once)
  })

  it('gives the same view from any cut of the log', () => {
    const whole = reduceRunEvents(fresh(), started)
    for (let cut = 0; cut <= started.length; cut++) {
      const first = reduceRunEvents(fresh(), started.slice(0, cut))
      expect(reduceRunEvents(first, started.slice(cut))).toEqual(whole)
    }
  })

  it('leaves the old view untouched', () => {
    const before = fresh()
    const copy = structuredClone(before)
    reduceRunEvents(before, started)
    expect(before).toEqual(copy)
  })

  it('keeps the text of a run that failed, with the reason and the way out', () => {
    const view = reduceRunEvents(fresh(), [
      ...started.slice(0, 6),
      { seq: 7, at: 9_300, type: 'run-error', code: 'out-of-memory', message: 'Out of memory.', docs: 'memory' },
      { seq: 8, at: 9_300, type: 'run-end', reason: 'failed' },
    ])
    expect(view).toMatchObject({ text: 'The first ', endReason: 'failed', phase: 'ended' })
    expect(view.error).toMatchObject({ code: 'out-of-memory', docs: 'memory' })
  })
})
