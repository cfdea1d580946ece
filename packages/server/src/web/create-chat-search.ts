import type { ChatSearch } from '@reynard/agent'
import { type Db, findInChats } from '@reynard/db'

/** The chats of one person, without the one that asks. */
export function createChatSearch(db: Db, run: { ownerId: string; conversationId: string }): ChatSearch {
  return { search: (query) => findInChats(db, { ...query, ownerId: run.ownerId, except: run.conversationId }) }
}
