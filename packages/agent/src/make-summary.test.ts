import { createScriptedEngine } from '@reynard/engine/testing'
import { describe, expect, it } from 'vitest'
import { cleanSummary, makeSummary } from './make-summary.ts'

const ask = {
  model: 'scripted:1b',
  contextTokens: 2048,
  before: null,
  messages: [
    { role: 'user' as const, text: 'My project is Foxglove.' },
    { role: 'assistant' as const, text: 'Noted.' },
  ],
}

describe('summaries', () => {
  it('come from the model, and are missing rather than wrong', async () => {
    const { signal } = new AbortController()
    const good = createScriptedEngine({ script: ['They lead', ' Foxglove.'] })
    expect(await makeSummary({ ...ask, engine: good }, signal)).toEqual({ text: 'They lead Foxglove.' })
    const bad = createScriptedEngine({ script: ['half', { type: 'error', code: 'engine-failed', message: 'no' }] })
    expect(await makeSummary({ ...ask, engine: bad }, signal)).toEqual({ text: null })
    expect(await makeSummary({ ...ask, engine: good }, AbortSignal.abort())).toEqual({ text: null })
  })

  it('are cleaned of thoughts, labels and what can not be seen', () => {
    expect(cleanSummary('<think>hm</think>\n**Summary**: a\u202eb\u0007\nc')).toBe('ab\nc')
    expect(cleanSummary('<think>never ends')).toBeNull()
    expect(cleanSummary('x'.repeat(20_000))).toHaveLength(8_000)
  })
})
