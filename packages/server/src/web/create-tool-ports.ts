import { type Db, isToolWaiting } from '@reynard/db'
import type { ToolPorts } from '../assistants/tool-sessions.ts'
import { createChatSearch } from './create-chat-search.ts'
import { createWebAccess, type WebNetwork } from './create-web-access.ts'
import type { SearchSettings } from './search-settings.ts'

/** The web as the operator has set it up, and the chats of whoever asks. */
export function createToolPorts(
  db: Db,
  search: Pick<SearchSettings, 'chosen'>,
  network?: WebNetwork,
): Pick<ToolPorts, 'web' | 'noSearch' | 'chatsFor' | 'isCopyWaitedFor'> {
  return {
    web: createWebAccess(search, network),
    noSearch() {
      const chosen = search.chosen()
      return 'problem' in chosen ? chosen.problem : null
    },
    chatsFor: (run) => createChatSearch(db, run),
    isCopyWaitedFor: (conversationId) => isToolWaiting(db.kysely, conversationId, 'apply_changes'),
  }
}
