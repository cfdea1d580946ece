import type { Upload } from '@reynard/protocol'
import { useSyncExternalStore } from 'react'
import { createKeptPerChat } from '../chat/composer-storage.ts'

/** A file that the message being written will carry. */
export type DraftFile = {
  key: string
  name: string
  bytes: number
  /** Null until it is whole on the server. */
  upload: Upload | null
  /** How much of it has gone, from 0 to 1. */
  progress: number
  /** Why it is not on the server and does not go there. */
  problem: string | null
  /** On its way with a question that the server has not taken yet. */
  isSent: boolean
}

const NONE: DraftFile[] = []

/** An upload, as an earlier page stored it. */
function isUpload(value: unknown): value is Upload {
  return value instanceof Object && 'id' in value && 'name' in value && 'bytes' in value && 'kind' in value
}

/** Uploads, as an earlier page stored them; none for anything else. */
export function readUploads(stored: unknown): Upload[] {
  return Array.isArray(stored) ? stored.filter(isUpload) : []
}

/** What stands in the way of a file that was on its way when the page went. */
const CUT = 'cut'

function readFiles(stored: unknown): DraftFile[] {
  if (!Array.isArray(stored)) return NONE
  return stored.flatMap((each: unknown): DraftFile[] => {
    if (isUpload(each)) return [{ ...draftFile(each.id, each.name, each.bytes), upload: each, progress: 1 }]
    if (!(each instanceof Object) || !('name' in each) || typeof each.name !== 'string') return []
    return [{ ...draftFile(`cut-${each.name}`, each.name, 0), problem: CUT }]
  })
}

export function draftFile(key: string, name: string, bytes: number): DraftFile {
  return { key, name, bytes, upload: null, progress: 0, problem: null, isSent: false }
}

/** The files of each chat's draft. They are kept with its text; a file that was on its way is known by its name only. */
export const draftFiles = createKeptPerChat<DraftFile[]>({
  prefix: 'reynard.files.',
  empty: NONE,
  read: readFiles,
  write: (files) => (files.length === 0 ? null : files.map(({ upload, name }) => upload ?? { name })),
  isShared: false,
})

/** Whether it was on its way when an earlier page went. */
export const wasCut = (file: DraftFile) => file.problem === CUT

function useFiles<Part>(chat: string | null, read: (files: DraftFile[]) => Part): Part {
  return useSyncExternalStore(
    draftFiles.subscribe,
    () => read(draftFiles.get(chat)),
    () => read(NONE),
  )
}
const hasAny = (files: DraftFile[]) => files.some(({ isSent }) => !isSent)
const isBlocked = (files: DraftFile[]) => files.some(({ upload, isSent }) => upload === null && !isSent)

/** Whether there are files beside the text, and whether one of them keeps it from being sent. */
export function useHasDraftFiles(chat: string | null): { hasFiles: boolean; isBlocked: boolean } {
  return { hasFiles: useFiles(chat, hasAny), isBlocked: useFiles(chat, isBlocked) }
}

/** The files leave the draft with its text, in their order. */
export function takeFiles(chat: string | null): Upload[] {
  const files = draftFiles.get(chat)
  const taken = files.filter(({ upload, isSent }) => upload !== null && !isSent)
  if (taken.length > 0) {
    draftFiles.set(
      chat,
      files.map((file) => (taken.includes(file) ? { ...file, isSent: true } : file)),
    )
  }
  return taken.flatMap(({ upload }) => upload ?? [])
}

/** The question was taken with them (they are gone from here), or refused (they are back). */
export function endFiles(chat: string | null, uploads: readonly Upload[], isAccepted: boolean): void {
  if (uploads.length === 0) return
  const isOne = ({ upload }: DraftFile) => uploads.some(({ id }) => id === upload?.id)
  const files = draftFiles.get(chat)
  const left = isAccepted
    ? files.filter((file) => !isOne(file))
    : files.map((file) => (isOne(file) ? { ...file, isSent: false } : file))
  draftFiles.set(chat, left.length === 0 ? NONE : left)
}

/** Files of a question that comes back to be written on. */
export function putFiles(chat: string | null, uploads: readonly Upload[]): void {
  if (uploads.length === 0) return
  const back = uploads.map((upload) => ({
    ...draftFile(upload.id, upload.name, upload.bytes),
    upload,
    progress: 1,
  }))
  draftFiles.set(chat, [...back, ...draftFiles.get(chat)])
}
