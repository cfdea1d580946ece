import { createScriptedEngine } from '@reynard/engine/testing'
import { describe, expect, it } from 'vitest'
import { cleanTitle, makeTitle, titleFromPrompt } from './make-title.ts'

const ask = { model: 'scripted:1b', contextTokens: 2048, question: 'Why is the sky blue?', answer: 'It scatters.' }

describe('titles', () => {
  it('are cut from the question at a word until there is a better one', () => {
    expect(titleFromPrompt('  Why is\n the sky   blue?  ')).toBe('Why is the sky blue?')
    expect(titleFromPrompt('word '.repeat(40))).toMatch(/^(word ){5,}word…$/)
    expect(titleFromPrompt(' ')).toBe('New chat')
    expect(titleFromPrompt(`${'x'.repeat(59)}😀`)).toBe(`${'x'.repeat(59)}…`)
  })

  it('are cleaned of what models put around them', () => {
    expect(cleanTitle('"Blue Sky"\n')).toBe('Blue Sky')
    expect(cleanTitle('<think>hm\n</think>\nTitle: **Blue sky.**')).toBe('Blue sky')
    expect(cleanTitle('a whole answer '.repeat(20))).toBeNull()
    expect(cleanTitle('<think>never ends')).toBeNull()
  })

  it('come from the model, and are missing rather than wrong', async () => {
    const signal = new AbortController().signal
    const good = createScriptedEngine({ script: ['Blue', ' sky'] })
    expect(await makeTitle({ ...ask, engine: good }, signal)).toMatchObject({ title: 'Blue sky', answered: true })
    const bad = createScriptedEngine({ script: [{ type: 'error', code: 'engine-failed', message: 'no' }] })
    expect(await makeTitle({ ...ask, engine: bad }, signal)).toMatchObject({ title: null, answered: false })
    const aborted = await makeTitle({ ...ask, engine: good }, AbortSignal.abort())
    expect(aborted).toMatchObject({ title: null, answered: false })
  })
})
