import type { AssistantService } from '../assistants/assistant-service.ts'
import type { ConversationService } from '../conversations/conversation-service.ts'
import type { MemoryService } from '../memory/memory-service.ts'
import type { SummaryService } from '../memory/summary-service.ts'
import type { RunService } from '../runs/run-service.ts'
import type { UploadStore } from '../uploads/upload-store.ts'
import type { InputFilter } from './content-filter.ts'

/** Questions, and what is said to a call that waits. */
export function screenedRuns(runs: RunService, filter: InputFilter): RunService {
  return {
    ...runs,
    async send(ownerId, input, options = {}) {
      const { text, redacted } = filter.screenText(input.text)
      const { contextData } = options
      const result = await runs.send(
        ownerId,
        { ...input, text, ...(input.settings && { settings: filter.screenValue(input.settings) }) },
        { ...options, ...(contextData !== undefined && { contextData: filter.screenText(contextData).text }) },
      )
      return text === input.text ? result : { ...result, text, redacted }
    },
    decide: (ownerId, input) => runs.decide(ownerId, filter.screenValue(input)),
  }
}

/** Titles, instructions of a chat, and chats that are brought along. */
export function screenedConversations(conversations: ConversationService, filter: InputFilter): ConversationService {
  return {
    ...conversations,
    update: (ownerId, input) => conversations.update(ownerId, filter.screenValue(input)),
    import: (ownerId, input) => conversations.import(ownerId, filter.screenValue(input)),
  }
}

export function screenedMemory(memory: MemoryService, filter: InputFilter): MemoryService {
  return {
    ...memory,
    create: (ownerId, text) => memory.create(ownerId, filter.screenText(text).text),
    update: (ownerId, input) => memory.update(ownerId, filter.screenValue(input)),
  }
}

export function screenedSummaries(summaries: SummaryService, filter: InputFilter): SummaryService {
  return { ...summaries, update: (ownerId, input) => summaries.update(ownerId, filter.screenValue(input)) }
}

/** Names and instructions of assistants that people make. Not their pictures. */
export function screenedAssistants(assistants: AssistantService, filter: InputFilter): AssistantService {
  const screen = <Definition extends { picture: string | null }>(definition: Definition): Definition => ({
    ...filter.screenValue({ ...definition, picture: null }),
    picture: definition.picture,
  })
  return {
    ...assistants,
    create: (ownerId, definition) => assistants.create(ownerId, screen(definition)),
    update: (ownerId, id, definition) => assistants.update(ownerId, id, screen(definition)),
  }
}

/** Names of files that people attach. What is in them is data, and is not looked at. */
export function screenedUploads(store: UploadStore, filter: InputFilter): UploadStore {
  return { ...store, save: (upload) => store.save({ ...upload, name: filter.screenText(upload.name).text }) }
}
