import { describe, expect, it } from 'vitest'
import { fold, questionWords, sameWord } from './question-words.ts'
import { asksForAll, rankMemories } from './rank-memories.ts'

const memories = [
  'My project is called Foxglove and ships in March.',
  'I am allergic to nuts.',
  'Lives in Zürich with two cats.',
  'Prefers answers in metric units.',
  '我的狗叫小白',
].map((text, at) => ({ id: `m${at}`, text, created_at: at }))
const recall = (question: string) => rankMemories(questionWords(question), memories).map(({ id }) => id)

describe('ranking memories', () => {
  it('finds what a question is about, in its forms', () => {
    expect(recall('What did I tell you about my project last week?')).toEqual(['m0'])
    expect(recall('How are my projects going?')).toEqual(['m0'])
    expect(recall('Is a cake with a nut in it safe for me?')).toEqual(['m1'])
    expect(recall('Which allergies do I have?')).toEqual(['m1'])
    expect(recall('Wetter in Zurich?')).toEqual(['m2'])
    expect(recall('小白几岁？')).toEqual(['m4'])
  })

  it('finds nothing for what has nothing to do with it', () => {
    for (const question of [
      'What is the capital of France?',
      'Tell me what you remember about the last thing I said to you, please.',
      'Why is the sky blue?',
      'Schreib mir bitte etwas über das Meer.',
      '今天天气怎么样',
      '',
      '??? --- "" OR 1=1',
    ]) {
      expect(recall(question), question).toEqual([])
    }
  })

  it('wants more in common with a long text than one word', () => {
    const essay = `The cathedral of Zürich stands beside the river, built from sandstone over centuries by masons, bishops, merchants, pilgrims and painters who argued about towers, vaults, windows, bells, altars and money.`
    expect(recall(essay)).toEqual([])
    expect(recall(`${essay} Who feeds cats there while somebody lives elsewhere?`)).toEqual(['m2'])
  })

  it('knows when somebody asks for everything', () => {
    const asks = (question: string) => asksForAll(fold(question), questionWords(question))
    expect(asks('What do you know about me?')).toBe(true)
    expect(asks('Was weißt du über mich?')).toBe(true)
    expect(asks('What do you know about Paris?')).toBe(false)
    expect(asks('And then?')).toBe(false)
  })

  it('takes words for one only where they are', () => {
    expect(sameWord('project', 'projects')).toBe(true)
    expect(sameWord('allergic', 'allergies')).toBe(true)
    expect(sameWord('generic', 'general')).toBe(false)
    expect(sameWord('kat', 'kate')).toBe(false)
    expect(sameWord('march', 'marching')).toBe(true)
    expect(sameWord('marc', 'marchioness')).toBe(false)
  })
})
