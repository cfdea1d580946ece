import { expect, it } from 'vitest'
import { dayInWords, readDay } from './read-day.ts'

const now = new Date(2026, 10, 23, 13, 30).getTime()
const day = (year: number, month: number, date: number) => new Date(year, month - 1, date).getTime()

it.each([
  ['2026-11-16', day(2026, 11, 16)],
  ['2026-11-16T08:00:00Z', day(2026, 11, 16)],
  ['today', day(2026, 11, 23)],
  ['Yesterday', day(2026, 11, 22)],
  ['7 days', day(2026, 11, 16)],
  ['7 days ago', day(2026, 11, 16)],
  ['two weeks ago', day(2026, 11, 9)],
  ['a week', day(2026, 11, 16)],
  ['last week', day(2026, 11, 9)],
  ['the past week', day(2026, 11, 16)],
  ['last 3 days', day(2026, 11, 20)],
  ['2026-02-31', null],
  ['2026-13-01', null],
  ['some time', null],
  ['many days ago', null],
  ['1e9 days', null],
  ['', null],
])('%s', (text, expected) => {
  expect(readDay(text, now)).toBe(expected)
})

it('says a day so that nobody needs a calendar', () => {
  expect(dayInWords(now - 3_600_000, now)).toBe('Monday 23 November 2026, today')
  expect(dayInWords(day(2026, 11, 22), now)).toMatch(/, yesterday$/)
  expect(dayInWords(day(2026, 11, 17), now)).toBe('Tuesday 17 November 2026, 6 days ago')
})
