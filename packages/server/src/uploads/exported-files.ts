import type { Attachment, Conversation, ExportedConversations } from '@reynard/protocol'
import type { Workspace } from '@reynard/sandbox'
import { freeName, uploadName } from './upload-name.ts'
import type { UploadStore } from './upload-store.ts'

type ExportedFile = NonNullable<
  ExportedConversations['conversations'][number]['messages'][number]['attachments']
>[number]

/** Bytes of files that an export holds: of one file, and together, so that it can be imported in one piece. */
const mostBytes = { one: 8_000_000, together: 32_000_000 }

/** How many bytes of files an export may still take up. */
export type ExportRoom = { bytes: number }
export const exportRoom = (): ExportRoom => ({ bytes: mostBytes.together })

/** The contents of the files of a conversation's questions, by path, in base64; without those that are too large, or gone. */
export async function contentsToExport(
  { messages }: Conversation,
  workspace: Workspace | null,
  room: ExportRoom,
): Promise<Map<string, string>> {
  const contents = new Map<string, string>()
  if (workspace === null) return contents
  for (const { path } of messages.flatMap(({ attachments }) => attachments ?? [])) {
    const entry = contents.has(path) ? undefined : findFile(workspace, path)
    if (entry === undefined || entry.bytes > Math.min(mostBytes.one, room.bytes)) continue
    const { bytes } = await workspace.read(path, { length: entry.bytes })
    room.bytes -= bytes.length
    contents.set(path, bytes.toString('base64'))
  }
  return contents
}

function findFile(workspace: Workspace, path: string) {
  try {
    const entry = workspace.find(path)
    return entry?.type === 'file' ? entry : undefined
  } catch {
    return undefined
  }
}

/** A file as its rows say it. `uploadId`: where its content waits to be placed; null where the export had none. */
export type ImportedFile = Attachment & { uploadId: string | null }

/**
 * Takes the files of one exported conversation, by the paths that they had there: each once, under a name that any system takes, and
 * known by its content. Without content there is only its name.
 */
export async function takeImported(
  store: UploadStore,
  ownerId: string,
  files: readonly ExportedFile[],
): Promise<Map<string, ImportedFile>> {
  const taken = new Map<string, ImportedFile>()
  const used = new Set<string>()
  for (const { path: before, content, bytes, mediaType, kind } of files) {
    if (taken.has(before)) continue
    const path = freeName(nameOf(before), (name) => used.has(name.toLowerCase()))
    used.add(path.toLowerCase())
    if (content === undefined) {
      taken.set(before, { path, bytes, mediaType, kind, uploadId: null })
      continue
    }
    const upload = await store.save({
      ownerId,
      name: path,
      content: once(Buffer.from(content, 'base64')),
      signal: new AbortController().signal,
    })
    taken.set(before, {
      path,
      bytes: upload.bytes,
      mediaType: upload.mediaType,
      kind: upload.kind,
      uploadId: upload.id,
    })
  }
  return taken
}

function nameOf(path: string): string {
  try {
    return uploadName(path)
  } catch {
    return 'file'
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}
