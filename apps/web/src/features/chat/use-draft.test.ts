import { expect, test } from 'vitest'
import {
  acceptAttempt,
  beginAttempt,
  EMPTY_DRAFT,
  readDraft,
  refuseAttempt,
  storedDraft,
  takeBack,
} from './use-draft.ts'

const failure = { message: 'The queue is full.', retryAt: 1000, isFinal: false }
const keys =
  (...names: string[]) =>
  () =>
    names.shift() ?? 'no-more-keys'

test('keeps a text until the server has it, with its key', () => {
  const sending = beginAttempt({ ...EMPTY_DRAFT, text: 'Hi' }, 'Hi', keys('key-00001'))
  expect(sending).toMatchObject({ text: '', isSending: true })
  // A reload now brings the text back, and sending it again cannot ask twice.
  const reloaded = readDraft(JSON.parse(JSON.stringify(storedDraft(sending))))
  expect(reloaded).toEqual({ text: 'Hi', attempt: { text: 'Hi', key: 'key-00001' }, isSending: false, failure: null })
  expect(beginAttempt(reloaded, 'Hi', keys('key-00002')).attempt.key).toBe('key-00001')
  expect(acceptAttempt(sending)).toBe(EMPTY_DRAFT)
})

test('gives another text another key', () => {
  const refused = refuseAttempt(beginAttempt(EMPTY_DRAFT, 'Hi', keys('key-00001')), failure)
  expect(beginAttempt(refused, 'Hi there', keys('key-00002')).attempt).toEqual({ text: 'Hi there', key: 'key-00002' })
})

test('files are part of what is asked: with others it is another question, with the same it is asked once', () => {
  const file = (id: string) => ({ id, name: 'a.txt', bytes: 1, mediaType: 'text/plain', kind: 'text' as const })
  const sending = beginAttempt({ ...EMPTY_DRAFT, text: 'Hi' }, 'Hi', keys('key-00001'), [file('1')])
  const reloaded = readDraft(JSON.parse(JSON.stringify(storedDraft(sending))))
  expect(reloaded.attempt?.attachments).toEqual([file('1')])
  expect(beginAttempt(reloaded, 'Hi', keys('key-00002'), [file('1')]).attempt.key).toBe('key-00001')
  expect(beginAttempt(reloaded, 'Hi', keys('key-00002'), [file('2')]).attempt.key).toBe('key-00002')
  expect(beginAttempt(reloaded, 'Hi', keys('key-00002')).attempt).toEqual({ text: 'Hi', key: 'key-00002' })
})

test('puts a refused text back before what was written since', () => {
  const sending = { ...beginAttempt(EMPTY_DRAFT, 'First', keys('key-00001')), text: 'Second' }
  expect(storedDraft(sending)).toMatchObject({ text: 'First\n\nSecond' })
  expect(refuseAttempt(sending, failure)).toMatchObject({ text: 'First\n\nSecond', isSending: false, failure })
  expect(refuseAttempt({ ...sending, text: '' }, failure).text).toBe('First')
})

test('keeps what was written while an accepted text was on its way', () => {
  const sending = { ...beginAttempt(EMPTY_DRAFT, 'First', keys('key-00001')), text: 'Second' }
  expect(acceptAttempt(sending)).toEqual({ ...EMPTY_DRAFT, text: 'Second' })
})

test('takes a queued text back under its key', () => {
  const back = takeBack({ ...EMPTY_DRAFT, text: 'more' }, { text: 'Queued', key: 'key-00009' })
  expect(back.text).toBe('Queued\n\nmore')
  const alone = takeBack(EMPTY_DRAFT, { text: 'Queued', key: 'key-00009' })
  expect(beginAttempt(alone, 'Queued', keys('key-00010')).attempt.key).toBe('key-00009')
})

test.each([null, 'text', 7, [], {}, { text: 7 }])('reads %j as no draft', (stored) => {
  expect(readDraft(stored)).toBe(EMPTY_DRAFT)
})

test('drops a broken attempt but keeps the text', () => {
  expect(readDraft({ text: 'Hi', attempt: { text: 'Hi', key: 'short' } })).toEqual({ ...EMPTY_DRAFT, text: 'Hi' })
})
