import type { AgentMessage } from '@reynard/agent'
import type { Compilable } from '@reynard/db'
import type { Attachment, Conversation } from '@reynard/protocol'
import type { SendInput } from '../runs/run-service.ts'
import type { ExportRoom, ImportedFile, takeImported } from './exported-files.ts'
import type { FileReading } from './read-attachments.ts'

/** The files of a question that is about to be accepted. */
export type PlannedAttachments = {
  /** As they will be read. The name of one may change where its place is taken meanwhile. */
  attachments: Attachment[]
  /** Rows that take the uploads, to be committed with the question. */
  statements: Compilable[]
  /** Told once how the commit went: the files go to their places, or are free for another question. Never rejects. */
  settle(isAccepted: boolean): Promise<void>
  /** Resolves when `settle` has done its work. */
  settled: Promise<void>
}

/** Files of questions, from the upload to the workspace. */
export type AttachmentService = {
  /**
   * What a question brings. Throws `not-found` (an upload that is gone, or another question has; `details.uploads` names them), `conflict`
   * (one that is being taken this moment), `bad-request` (no room in the workspace).
   */
  plan(
    ownerId: string,
    question: { conversationId: string; isNew: boolean; messageId: string },
    input: Pick<SendInput, 'attachments' | 'keep'>,
  ): Promise<PlannedAttachments>
  /** Those of a conversation, by question. */
  list(conversationId: string): Promise<Map<string, Attachment[]>>
  /** The messages of a path with what the model is given of their files. Never rejects for a file: what can't be read is said to the model. */
  read(
    run: { ownerId: string; conversationId: string },
    messages: AgentMessage[],
    reading: Omit<FileReading, 'extract'>,
  ): Promise<AgentMessage[]>
  /** Frees the texts of documents that are kept to be faster. Says of how many documents. */
  freeTexts(): number
  /** The files of an exported conversation, as rows that wait to be placed. */
  take(ownerId: string, files: Parameters<typeof takeImported>[2]): Promise<Map<string, ImportedFile>>
  /** Moves what a conversation's rows have taken to its workspace. Never rejects: what fails is tried again later. */
  place(ownerId: string, conversationId: string): Promise<void>
  /** The contents of a conversation's files, to be exported. */
  contents(conversation: Conversation, room: ExportRoom): Promise<Map<string, string>>
  /** Throws an upload away. `not-found` where there is none, or a question has it. */
  discard(ownerId: string, uploadId: string): Promise<void>
  /** Goes on with what a process that died had accepted and not placed. Never rejects. */
  recover(): Promise<void>
  /** Removes uploads that nobody sent, now and from time to time. Returns how to stop. */
  startSweeping(): () => void
}
