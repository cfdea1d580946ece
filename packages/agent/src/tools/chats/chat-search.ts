/** A message of the person's own chats. `at`: when it was written, UTC milliseconds. */
export type FoundMessage = {
  conversationId: string
  conversationTitle: string
  messageId: string
  role: 'user' | 'assistant'
  at: number
  snippet: string
}
/** Times in UTC milliseconds; without words the newest messages of that time. */
export type ChatQuery = { words: string; since: number | null; until: number | null; limit: number }

/** The chats of the one who asks, but for the present one. */
export interface ChatSearch {
  search(query: ChatQuery): Promise<FoundMessage[]>
}
