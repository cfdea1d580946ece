import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@reynard/protocol'
import { asDownloadError, isWorthRetrying } from './download-error.ts'
import { type OpenedDownload, openDownload } from './open-download.ts'
import { discardPart, partPath, readResumePoint, sidecarPath, writeSidecar } from './resume-point.ts'

export type Checksum = { algorithm: 'sha256' | 'sha512'; hex: string }

export type DownloadProgress = {
  phase: 'receiving' | 'checking'
  receivedBytes: number
  totalBytes: number | null
}

export type DownloadFileOptions = {
  url: string
  /** Where the finished file stands; until then it is `PATH.part` with a sidecar that says what it is a part of. */
  path: string
  expectedBytes?: number
  checksum?: Checksum
  /** Sent to the origin of `url` only. An `authorization` never travels to where a redirect points. */
  headers?: Record<string, string>
  signal: AbortSignal
  onProgress?: (progress: DownloadProgress) => void
  /** A connection or an answer that does not come within this time fails that try. Milliseconds. */
  connectMs?: number
  /** No byte for this long ends that try; the next one goes on where it stood. Milliseconds. */
  stallMs?: number
  /** Tries in a row that bring no byte. */
  tries?: number
  /** Wait before the second try; doubled each time. Milliseconds. */
  backoffMs?: number
}

const longestBackoffMs = 30_000

/**
 * Fetches a file: resumes what an earlier try or process left, checks the whole of it, and puts it in place in one step. On abort
 * and on failure the part stays for the next try; one whose checksum is wrong is thrown away.
 * @throws AppError with a sentence that names the way out
 */
export async function downloadFile(options: DownloadFileOptions): Promise<void> {
  const { path, signal, tries = 5, backoffMs = 500 } = options
  try {
    await mkdir(dirname(path), { recursive: true })
  } catch (error) {
    throw asDownloadError(error, options)
  }
  let failures = 0
  for (;;) {
    const before = await sizeOf(partPath(path))
    try {
      const promised = await receive(options)
      return await finish(options, promised)
    } catch (error) {
      if (signal.aborted) throw new AppError('aborted', 'The download was stopped.', { cause: signal.reason })
      const failure = asDownloadError(error, options)
      if (failure.code === 'conflict') await discardPart(path)
      const hasMoved = (await sizeOf(partPath(path))) > before
      failures = hasMoved ? 1 : failures + 1
      if (!isWorthRetrying(failure) || failures >= tries) throw failure
      const waitMs = failure.retryAfterMs ?? backoffMs * 2 ** (failures - 1) * (0.5 + Math.random() / 2)
      await sleep(Math.min(waitMs, longestBackoffMs), undefined, { signal }).catch(() => {})
      if (signal.aborted) throw new AppError('aborted', 'The download was stopped.')
    }
  }
}

/** What the server said of the whole file. */
type Promised = { totalBytes: number | null; sha256: string | null }

async function receive(options: DownloadFileOptions): Promise<Promised> {
  const { path, url, onProgress, expectedBytes } = options
  const resume = await readResumePoint(path, url)
  const opened: OpenedDownload = await openDownload({ ...options, resume })
  try {
    const total = opened.totalBytes ?? expectedBytes ?? null
    const sha256 = opened.linkedSha256 ?? (opened.startsAt > 0 ? (resume?.sidecar.linkedSha256 ?? null) : null)
    if (expectedBytes !== undefined && total !== expectedBytes)
      throw damaged(`${total} bytes on the server instead of ${expectedBytes}`)
    if (opened.complete) return { totalBytes: total, sha256 }
    const known = { url, etag: opened.etag, linkedSha256: sha256, totalBytes: total }
    let received = opened.startsAt
    await assertRoom(path, total === null ? 0 : total - received)
    await writeSidecar(path, known)
    await using file = await open(partPath(path), received > 0 ? 'r+' : 'w')
    await file.truncate(received)
    for await (const chunk of opened.body) {
      await file.write(chunk, 0, chunk.length, received)
      received += chunk.length
      onProgress?.({ phase: 'receiving', receivedBytes: received, totalBytes: total })
    }
    await file.sync()
    if (total !== null && received !== total) throw new AppError('engine-unreachable', 'The connection broke off.')
    return { totalBytes: total, sha256 }
  } finally {
    opened.close()
  }
}

async function finish(options: DownloadFileOptions, promised: Promised) {
  const { path, onProgress, signal } = options
  const checksum =
    options.checksum ?? (promised.sha256 === null ? null : { algorithm: 'sha256' as const, hex: promised.sha256 })
  const part = partPath(path)
  const size = await sizeOf(part)
  onProgress?.({ phase: 'checking', receivedBytes: size, totalBytes: size })
  if (checksum !== null && (await hashFile(part, checksum.algorithm, signal)) !== checksum.hex.toLowerCase()) {
    await discardPart(path)
    throw damaged('a checksum that is not the published one')
  }
  await rename(part, path)
  await rm(sidecarPath(path), { force: true })
}

function damaged(what: string): AppError {
  return new AppError('engine-failed', `The file has ${what}. It was thrown away; try again, or choose another source.`)
}

/** Hex digest of a whole file. @throws the signal's reason */
export async function hashFile(path: string, algorithm: Checksum['algorithm'], signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal })) hash.update(chunk)
  return hash.digest('hex')
}

async function assertRoom(path: string, bytes: number) {
  const volume = await statfs(dirname(path)).catch(() => null)
  if (volume === null) return
  const free = volume.bavail * volume.bsize
  if (free < bytes) {
    const gigabytes = (value: number) => `${(value / 1e9).toFixed(1)} GB`
    throw new AppError(
      'engine-failed',
      `The disk of ${dirname(path)} has ${gigabytes(free)} free and the file needs ${gigabytes(bytes)}. Free some space, or set REYNARD_MODELS_DIR to another disk.`,
    )
  }
}

async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path).catch(() => null)
  return stats?.size ?? 0
}
