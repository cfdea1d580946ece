import { createReadStream } from 'node:fs'
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { AppError, ATTACHMENT_LIMITS, idSchema, type Upload, uploadSchema } from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { isZip, SNIFFED_BYTES, sniffFile } from './sniff-file.ts'
import { uploadName } from './upload-name.ts'
import { zipNames } from './zip-names.ts'

const storedSchema = uploadSchema.extend({ ownerId: z.string(), createdAt: z.number() })
export type StoredUpload = z.infer<typeof storedSchema>

/** Files that wait for a question. Each is two files, named by its id: its bytes, and `.json` beside them once they are whole. */
export type UploadStore = {
  /**
   * Writes a file down as it comes. Throws `bad-request` (a name that can't be, a file that is too large), `too-many-requests` (too much
   * waits already), `aborted` where its sender hung up or `signal` aborted; then nothing of it is left.
   */
  save(upload: {
    ownerId: string
    name: string
    content: AsyncIterable<Uint8Array>
    signal: AbortSignal
  }): Promise<Upload>
  /** One that is whole and belongs to `ownerId` (null: to whomever). */
  find(ownerId: string | null, id: string): Promise<StoredUpload | null>
  read(id: string): Readable
  /** Nothing happens where there is none. */
  remove(id: string): Promise<void>
  /** Removes what came before `before`, in UTC milliseconds, but for what `isTaken`; and what was never whole. */
  sweep(before: number, isTaken: (id: string) => Promise<boolean>): Promise<void>
}

/** So many files may wait at a time. */
const mostWaiting = 1_000

/** Uploads in the folder `uploads` of the data folder, which only the server's user may read. `mostBytes` of them may wait together. */
export function createUploadStore(
  dataDir: string,
  now: () => number,
  mostBytes: number = ATTACHMENT_LIMITS.waitingBytes,
): UploadStore {
  const folder = join(dataDir, 'uploads')
  const bytesOf = (id: string) => join(folder, id)
  const wordsOf = (id: string) => join(folder, `${id}.json`)
  /** Bytes that have come of files that are being written. */
  const coming = new Map<string, number>()
  /** Bytes of files that have come since the start: one that was looked at before they were whole counts them by this. */
  let arrived = 0

  async function waiting(): Promise<{ bytes: number; files: number }> {
    const names = await readdir(folder)
    const whole = names.filter((name) => !name.includes('.') && !coming.has(name))
    const sizes = await Promise.all(
      whole.map((name) =>
        stat(bytesOf(name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    )
    return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: whole.length }
  }

  async function read(id: string): Promise<StoredUpload | null> {
    if (!idSchema.safeParse(id).success) return null
    try {
      const parsed = storedSchema.safeParse(JSON.parse(await readFile(wordsOf(id), 'utf8')))
      return parsed.success ? parsed.data : null
    } catch {
      return null
    }
  }

  async function remove(id: string): Promise<void> {
    // Its words first: a file without them is no upload.
    await rm(wordsOf(id), { force: true })
    await rm(bytesOf(id), { force: true })
  }

  /** Writes what comes, and resolves with how much it was, how it begins, and for a zip what it holds. */
  async function receive(id: string, content: AsyncIterable<Uint8Array>, before: () => number, signal: AbortSignal) {
    const file = await open(bytesOf(id), 'wx+', 0o600)
    try {
      const head: Uint8Array[] = []
      let headBytes = 0
      let bytes = 0
      for await (const chunk of content) {
        signal.throwIfAborted()
        bytes += chunk.byteLength
        coming.set(id, bytes)
        if (bytes > ATTACHMENT_LIMITS.fileBytes) throw tooLarge()
        const others = [...coming].reduce((sum, [other, size]) => (other === id ? sum : sum + size), before())
        if (others + bytes > mostBytes) throw tooMuch()
        if (headBytes < SNIFFED_BYTES) head.push(chunk)
        headBytes += chunk.byteLength
        for (let at = 0; at < chunk.byteLength; ) at += (await file.write(chunk, at)).bytesWritten
      }
      // What is acknowledged is there after a power cut.
      await file.sync()
      const beginning = Buffer.concat(head).subarray(0, SNIFFED_BYTES)
      return { bytes, head: beginning, names: isZip(beginning) ? await zipNames(file, bytes) : null }
    } finally {
      await file.close()
    }
  }

  return {
    async save({ ownerId, name: asked, content, signal }) {
      const name = uploadName(asked)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await chmod(folder, 0o700)
      const id = newId()
      coming.set(id, 0)
      const arrivedBefore = arrived
      try {
        const there = await waiting()
        if (there.files + coming.size > mostWaiting) throw tooMuch()
        const { bytes, head, names } = await receive(id, content, () => there.bytes + arrived - arrivedBefore, signal)
        const upload: Upload = { id, name, bytes, ...sniffFile(head, name, names) }
        const words = `${wordsOf(id)}.part`
        const file = await open(words, 'wx', 0o600)
        try {
          await file.writeFile(JSON.stringify({ ...upload, ownerId, createdAt: now() } satisfies StoredUpload))
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(words, wordsOf(id))
        arrived += bytes
        return upload
      } catch (error) {
        await rm(`${wordsOf(id)}.part`, { force: true })
        await remove(id)
        throw asAppError(error, signal)
      } finally {
        coming.delete(id)
      }
    },
    async find(ownerId, id) {
      const stored = await read(id)
      return stored !== null && (ownerId === null || stored.ownerId === ownerId) ? stored : null
    },
    read: (id) => createReadStream(bytesOf(id)),
    remove,
    async sweep(before, isTaken) {
      const names = await readdir(folder).catch(() => [])
      for (const id of new Set(names.map((name) => name.split('.', 1)[0] ?? name))) {
        if (coming.has(id) || !idSchema.safeParse(id).success) continue
        const stored = await read(id)
        if (stored !== null && (stored.createdAt > before || (await isTaken(id)))) continue
        await rm(`${wordsOf(id)}.part`, { force: true })
        await remove(id)
      }
    },
  }
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`

/** Said of one file; the door says it of a length that was announced. */
export const tooLarge = () =>
  new AppError('bad-request', `A file may have ${megabytes(ATTACHMENT_LIMITS.fileBytes)} at most.`)

const tooMuch = () =>
  new AppError(
    'too-many-requests',
    `Files that wait for a question may have ${megabytes(ATTACHMENT_LIMITS.waitingBytes)} together. Send or remove some first.`,
  )

function asAppError(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof AppError) return error
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('internal', 'The disk of the server is full, so the file was not kept.', { docs: 'disk' })
  }
  if (signal.aborted || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return new AppError('aborted', 'The upload was broken off. Try it again.', { cause: error })
  }
  return error
}
