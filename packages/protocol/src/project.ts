import { z } from 'zod'
import { assistantIdSchema, idSchema } from './conversation.ts'

/** Where real code comes from: an uploaded archive, a repository of the web, or a folder of this machine that its owner registered. */
export const projectSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('zip'), uploadId: idSchema }),
  z.object({ kind: z.literal('git'), url: z.string().trim().min(1).max(2_000) }),
  z.object({ kind: z.literal('folder'), folderId: idSchema }),
])
export type ProjectSource = z.infer<typeof projectSourceSchema>

/** `conversationId` null: a new chat with this assistant. */
export const bringProjectInputSchema = z.object({
  conversationId: idSchema.nullable(),
  assistant: assistantIdSchema.nullish(),
  source: projectSourceSchema,
})
export const projectReferenceSchema = z.object({ conversationId: idSchema })
export const registerFolderInputSchema = z.object({ path: z.string().min(1).max(4_096) })
export const folderReferenceSchema = z.object({ id: idSchema })

/** Whose commits an assistant makes; null: nobody's in particular. */
export const commitAuthorSchema = z.object({
  name: z.string().trim().min(1, 'Give the name that commits shall carry.').max(100),
  email: z.email('This is no address of the form you@example.org.').max(200),
})
export type CommitAuthor = z.infer<typeof commitAuthorSchema>
export const setCommitAuthorInputSchema = z.object({ author: commitAuthorSchema.nullable() })

/** `importing`: `bytes` have come so far. `failed`: `problem` says why and what to do; nothing of it was kept. */
export type ProjectState =
  | { state: 'importing'; bytes: number }
  | { state: 'ready' }
  | { state: 'failed'; problem: string }

/** The project that a chat works on. `from`: the archive's name, the address, or the folder's path. */
export type Project = ProjectState & {
  conversationId: string
  kind: ProjectSource['kind']
  name: string
  from: string
  /** Whether a history came with it or was begun: then its commits can be downloaded. */
  hasHistory: boolean
}

/** A folder of this machine that chats may work on. `problem`: why it can't be used just now. `chats`: how many do. */
export type RegisteredFolder = {
  id: string
  path: string
  name: string
  createdAt: number
  problem: string | null
  chats: number
}
