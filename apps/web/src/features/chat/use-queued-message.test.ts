import { emptyRunView, type Message, type RunEndReason } from '@reynard/protocol'
import { expect, test } from 'vitest'
import { addToQueue, answerState, readQueued } from './use-queued-message.ts'

function answer(...ends: (RunEndReason | null)[]): Message {
  const runs = ends.map((endReason, index) => ({ ...emptyRunView(`run-${index}`, 0), endReason }))
  return { id: 'answer', conversationId: 'chat', parentId: null, role: 'assistant', text: '', createdAt: 0, runs }
}

test.each([
  [answer('done'), 'finished'],
  [answer('length'), 'finished'],
  [answer('stopped'), 'finished'],
  [answer('failed'), 'unfinished'],
  [answer('interrupted'), 'unfinished'],
  // What counts is the last generation: this one goes on, that one was continued to its end.
  [answer('interrupted', null), 'live'],
  [answer('interrupted', 'done'), 'finished'],
] as const)('a queued question goes only after an answer that finished', (message, state) => {
  expect(answerState({ messages: [message] }, 'answer')).toBe(state)
})

test('nothing to wait for counts as finished', () => {
  expect(answerState({ messages: [] }, 'gone')).toBe('finished')
})

test('a second Enter adds to the queued message, under a new key', () => {
  const first = addToQueue(null, 'One', () => 'key-00001')
  expect(first).toEqual({ text: 'One', key: 'key-00001', isHeld: false, failure: null })
  const second = addToQueue({ ...first, isHeld: true }, 'Two', () => 'key-00002')
  expect(second).toEqual({ text: 'One\n\nTwo', key: 'key-00002', isHeld: false, failure: null })
})

test('every tab reads the same text and key', () => {
  expect(readQueued({ text: 'One', key: 'key-00001' })).toEqual({
    text: 'One',
    key: 'key-00001',
    isHeld: false,
    failure: null,
  })
  expect(readQueued({ text: 'One' })).toBeNull()
  expect(readQueued('One')).toBeNull()
})
