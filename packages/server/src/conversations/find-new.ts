import { type Db, listConversationsBegunAt, listMessages } from '@reynard/db'
import type { ExportedConversations } from '@reynard/protocol'

type Exported = ExportedConversations['conversations'][number]

const keyOf = (message: { role: string; text: string; createdAt: number }) =>
  JSON.stringify([message.createdAt, message.role, message.text])

/**
 * Those of an export that are not here yet. One is here where a conversation that began at the same moment holds all of its messages:
 * whatever was renamed or asked there since, and under whichever ids an earlier import brought it.
 */
export async function findNew(db: Db, ownerId: string, exported: readonly Exported[]): Promise<Exported[]> {
  const times = [...new Set(exported.map(({ createdAt }) => createdAt))]
  const begun = Map.groupBy(await listConversationsBegunAt(db.kysely, ownerId, times), (row) => row.created_at)
  const found: Exported[] = []
  for (const each of exported) {
    let isHere = false
    for (const { id } of begun.get(each.createdAt) ?? []) {
      const messages = await listMessages(db.kysely, id)
      const keys = new Set(messages.map(({ role, text, created_at }) => keyOf({ role, text, createdAt: created_at })))
      isHere ||= each.messages.every((message) => keys.has(keyOf(message)))
    }
    if (!isHere) found.push(each)
  }
  return found
}
