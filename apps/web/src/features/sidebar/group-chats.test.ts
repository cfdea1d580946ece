import type { ConversationSummary } from '@reynard/protocol'
import { expect, test } from 'vitest'
import { groupChats } from './group-chats.ts'

const now = new Date(2026, 10, 23, 9, 0).getTime()

function chat(title: string, updatedAt: number, pinned = false): ConversationSummary {
  return {
    id: title,
    title,
    titleSource: 'prompt',
    pinned,
    source: 'ui',
    createdAt: updatedAt,
    updatedAt,
    activity: 'idle',
    waitsFor: null,
    unread: false,
  }
}
const at = (year: number, month: number, day: number, hour = 12) => new Date(year, month - 1, day, hour).getTime()

test('groups by the calendar, pinned first, newest first in each', () => {
  const rows = groupChats(
    [
      chat('last year', at(2025, 10, 2)),
      chat('late yesterday', at(2026, 11, 22, 23)),
      chat('this morning', at(2026, 11, 23, 1)),
      chat('pinned and old', at(2026, 3, 1), true),
      chat('just now', now),
      chat('six days ago', at(2026, 11, 17)),
      chat('a week ago', at(2026, 11, 16)),
      chat('October', at(2026, 10, 5)),
    ],
    now,
  )
  expect(rows.map((row) => (row.kind === 'group' ? `# ${row.label}` : row.chat.title))).toEqual([
    '# Pinned',
    'pinned and old',
    '# Today',
    'just now',
    'this morning',
    '# Yesterday',
    'late yesterday',
    '# Last 7 days',
    'six days ago',
    '# November',
    'a week ago',
    '# October',
    'October',
    '# October 2025',
    'last year',
  ])
})

test('a clock that runs behind puts nothing into the future', () => {
  const rows = groupChats([chat('from tomorrow', now + 90_000_000)], now)
  expect(rows[0]).toMatchObject({ label: 'Today' })
})
