import type { ConversationListRow } from '@reynard/db'
import type { ConversationSummary } from '@reynard/protocol'

function activityOf(newest: string | null): ConversationSummary['activity'] {
  if (newest === null) return 'idle'
  if (newest === 'running:approval') return 'approval'
  if (!newest.startsWith('ended:')) return 'live'
  if (newest === 'ended:interrupted') return 'interrupted'
  return newest === 'ended:failed' ? 'failed' : 'idle'
}

/** A conversation as the list shows it. `waitsFor`: what the person is asked for in it, if they are. */
export function summarize(row: ConversationListRow, waitsFor: string | null): ConversationSummary {
  const activity = activityOf(row.activity)
  return {
    id: row.id,
    title: row.title,
    titleSource: row.title_source,
    pinned: row.pinned === 1,
    source: row.source,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    activity,
    waitsFor: activity === 'approval' ? waitsFor : null,
    // What a program asked is read by that program.
    unread: row.source === 'ui' && row.updated_at > row.read_at,
  }
}
