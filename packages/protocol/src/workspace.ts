import { z } from 'zod'
import { idSchema } from './conversation.ts'

/** A file that differs between two states. Lines are counted where it is text. `oldPath` where it was renamed. */
export const workspaceFileChangeSchema = z.object({
  path: z.string(),
  oldPath: z.string().optional(),
  change: z.enum(['added', 'modified', 'deleted', 'renamed']),
  added: z.number().int().nonnegative().optional(),
  removed: z.number().int().nonnegative().optional(),
})
export type WorkspaceFileChange = z.infer<typeof workspaceFileChangeSchema>

/** What a call changed in the workspace: the states before and after it, and the files that differ, at most 50 of `total`. */
export const workspaceChangeSchema = z.object({
  before: z.string(),
  after: z.string(),
  files: z.array(workspaceFileChangeSchema).max(50),
  total: z.number().int().nonnegative(),
})
export type WorkspaceChange = z.infer<typeof workspaceChangeSchema>

const conversation = { conversationId: idSchema }
/** A path below the workspace's root; the workspace itself judges what it is given. */
const pathSchema = z.string().min(1).max(4_096)
/** A state by the whole id that the server gave. */
const checkpointIdSchema = z.string().regex(/^[0-9a-f]{40}$/, 'This names no checkpoint.')

export const workspaceInputSchema = z.object(conversation)
/** One folder at a time, in pages: `from` counts its entries. */
export const listFolderInputSchema = z.object({
  ...conversation,
  path: pathSchema.default('.'),
  from: z.number().int().nonnegative().default(0),
})
/** `from`, `bytes`: which part of the file, in bytes. */
export const previewInputSchema = z.object({
  ...conversation,
  path: pathSchema,
  from: z.number().int().nonnegative().default(0),
  bytes: z
    .number()
    .int()
    .min(1)
    .max(1 << 20)
    .default(256 << 10),
})
/** Text of a PDF or an Office file from a page, slide or part on, counted from 1. */
export const documentInputSchema = z.object({
  ...conversation,
  path: pathSchema,
  from: z.number().int().min(1).default(1),
})
/** A file that was uploaded, into a folder of the workspace. */
export const takeUploadInputSchema = z.object({ ...conversation, uploadId: z.uuid(), folder: pathSchema.default('.') })
export const workspaceDiffInputSchema = z.object({
  ...conversation,
  before: checkpointIdSchema,
  /** Null: the files as they are now. */
  after: checkpointIdSchema.nullable(),
  path: pathSchema.optional(),
})
/** What to compare the files with; the start of the chat where nothing is said and states are kept. `path`: only this file, with its patch. */
export const workspaceChangesInputSchema = z.object({
  ...conversation,
  since: z.enum(['start', 'commit']).optional(),
  path: pathSchema.optional(),
})
export const fileHistoryInputSchema = z.object({ ...conversation, path: pathSchema })
export const restoreFileInputSchema = z.object({ ...conversation, checkpoint: checkpointIdSchema, path: pathSchema })
export const restoreInputSchema = z.object({ ...conversation, checkpoint: checkpointIdSchema })
export const removeFileInputSchema = z.object({ ...conversation, path: pathSchema })
export const putBackInputSchema = z.object({ ...conversation, trashId: z.uuid() })
/** An archive of the workspace, into a new folder of its name. */
export const unpackInputSchema = z.object({ ...conversation, path: pathSchema })
export const moveFileInputSchema = z.object({ ...conversation, from: pathSchema, to: pathSchema })

/** `bytes` is 0 but for files. */
export type WorkspaceEntry = {
  path: string
  type: 'file' | 'folder' | 'link' | 'other'
  bytes: number
  modifiedMs: number
}
/** A page of one folder: folders first, then by name. `hidden` counts names that can't be shown. */
export type FolderListing = { path: string; entries: WorkspaceEntry[]; from: number; total: number; hidden: number }
/** What a workspace holds. `exists` false: the conversation has none yet. */
export type WorkspaceSummary = {
  exists: boolean
  usage: { bytes: number; entries: number; over: boolean }
  quota: { bytes: number; entries: number }
  /** Why no states are kept on this machine, and the step that changes it; null where they are. */
  checkpointsUnavailable: string | null
}

/** A part of a file as text: `from` to `to` in bytes of `totalBytes`. Binary files have none. */
export type FilePreview = {
  path: string
  totalBytes: number
  modifiedMs: number
} & ({ kind: 'text'; text: string; from: number; to: number } | { kind: 'binary' })

/** Text of some parts of a document. `cut`: the only one is too long to be whole. */
export type DocumentPreview = {
  unit: 'page' | 'slide' | 'part'
  total: number
  parts: { number: number; label?: string | undefined; text: string }[]
  cut: boolean
}

/** `patch`: one unified diff of every file, each under its `diff --git` line. */
export type WorkspaceDiff = { files: WorkspaceFileChange[]; total: number; patch: string; truncated: boolean }

/**
 * What differs from the state before an assistant changed files for the first time, or from the project's last commit; `since` null: there
 * is neither. `patch` is empty where all files were asked for. `choices`: what can be asked for.
 */
export type WorkspaceChanges = WorkspaceDiff & {
  since: { kind: 'start'; at: number } | { kind: 'commit'; at: number; id: string; subject: string } | null
  choices: ('start' | 'commit')[]
}

/**
 * A state in which a file became another one. `before`: the state to compare it with, null where it is the first one. `isNow`: the file is
 * like this now.
 */
export type FileVersion = WorkspaceCheckpoint & {
  before: string | null
  /** `unkept`: it was there, and is not in the state: too large, or not readable. */
  change: 'added' | 'modified' | 'deleted' | 'unkept'
  isNow: boolean
}
/** The newest first, at most 200. `unavailable`: why no versions of it are kept, in a sentence. */
export type FileHistory = { versions: FileVersion[]; unavailable: string | null }

/**
 * A state that was kept. `made`: before or after a call of a tool, before a restore, or of what a person did. `title` is the call's own
 * sentence.
 */
export type WorkspaceCheckpoint = {
  id: string
  at: number
  made: 'before' | 'after' | 'restore' | 'person'
  title: string | null
}
export type WorkspaceCheckpoints = {
  /** The newest first. */
  checkpoints: WorkspaceCheckpoint[]
  /** The one that equals the files as they are; null where they were changed since. */
  current: string | null
  /** Files that are in none because they are too large or can't be read: at most 20 of them, and how many there are. */
  notKept: { paths: string[]; total: number }
}
/**
 * What a restore kept first: restoring that one undoes it. `left`: files of the state that were not brought back, because what stands in
 * their place is in no checkpoint; at most 20 of them, and how many there are.
 */
export type RestoreResult = { undo: string; left: { paths: string[]; total: number } }
/**
 * A restore that a person made: when (UTC ms), which state they went back to, and the state that undoes it. `changedSince`: files were
 * changed after it, which undoing it would take away.
 */
export type WorkspaceRestore = { at: number; to: string; undo: string; changedSince: boolean }
