import { SandboxError } from '@reynard/sandbox'
import type { ChatSearch } from '../tools/chats/chat-search.ts'
import type { WebAccess } from '../tools/web/web-access.ts'

const off = () => Promise.reject(new SandboxError('unavailable', 'There is no web in this test.'))

/** No web at all. */
export const noWeb: WebAccess = { searchEngine: () => null, search: off, fetchPage: off }

/** Nothing was ever said. */
export const noChats: ChatSearch = { search: async () => [] }
