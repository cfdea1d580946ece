import { once } from 'node:events'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Extract, extract, type Header } from 'tar-stream'
import { readRange, withFile } from '../files/read-file.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import { readChunks } from './descriptor-reader.ts'
import { type ArchiveEntry, planExtraction } from './extract-plan.ts'
import { type Extracted, type ExtractOptions, tooMany, writePlan } from './write-plan.ts'

type TarEntry = ArchiveEntry & { at: number }
type Reading = { fd: number; size: number; mostBytes: number; signal: AbortSignal | undefined }
/** Reads one entry's content, or passes over it. `at`: which one of the archive, from 0. */
type OnEntry = (header: Header, content: AsyncIterable<Uint8Array>, at: number) => Promise<void> | void

/** What each entry may take beside its content, and an archive beside its entries: headers, long names, padding at its end. */
const headerBytes = 8_192
const slackBytes = 1 << 20
const blockBytes = 512

/**
 * Unpacks a tar, also a gzipped one, that lies in a workspace, as `extractZip` does a zip. It is read twice: all its names are looked at
 * before anything is written. Bytes are counted as they come out of the packing, so that a bomb ends at what the workspace still holds, and
 * names that are longer than names are end the reading, and one that was cut off is refused. Links of all sorts are refused. Throws as `extractZip`.
 */
export function extractTar(workspace: Workspace, path: string, options: ExtractOptions = {}): Promise<Extracted> {
  const { into = '.', maxEntries = 2000, signal } = options
  return withFile(workspace.place, path, async (fd, size) => {
    const reading: Reading = { fd, size, mostBytes: workspace.quota.left.bytes, signal }
    const entries: TarEntry[] = []
    await readTar(reading, (header, _content, at) => {
      if (entries.push({ ...readHeader(header), at }) > maxEntries) throw tooMany(maxEntries)
    })
    if (entries.length === 0) throw broken()
    const plan = new Map(planExtraction(workspace, into, entries).map((one) => [one.entry.at, one]))
    return await writePlan<TarEntry>(workspace, options, (write) =>
      readTar(reading, async (_header, content, at) => {
        const planned = plan.get(at)
        if (planned !== undefined) await write(planned, content)
      }),
    )
  })
}

/** Long names and the like the library has taken in already: what it gives are files, folders, links and devices. */
function readHeader({ name, type }: Header): ArchiveEntry {
  const isFolder = type === 'directory'
  return {
    name: isFolder && !name.endsWith('/') ? `${name}/` : name,
    isFolder,
    isEncrypted: false,
    isOther: !isFolder && type !== 'file' && type !== 'contiguous-file',
  }
}

async function readTar({ fd, size, mostBytes, signal }: Reading, onEntry: OnEntry): Promise<void> {
  const parser = extract()
  /** Contents that were told of, and what may come beside them. */
  const told = { contents: 0, beside: slackBytes }
  let tail: Uint8Array = new Uint8Array()
  const feeding = feed(parser, await openPacked(fd, size), (bytes, chunk) => {
    if (signal?.aborted) throw new SandboxError('aborted', 'This was stopped.')
    if (bytes > told.contents + told.beside) throw broken()
    tail = Buffer.concat([tail, chunk.subarray(-blockBytes)]).subarray(-blockBytes)
  }).catch((error: unknown) => parser.destroy(error instanceof Error ? error : broken()))
  let at = 0
  try {
    for await (const entry of parser) {
      const { header } = entry
      told.contents += Math.ceil(header.size / blockBytes) * blockBytes
      told.beside += headerBytes
      if (told.contents > mostBytes + at * blockBytes) {
        throw new SandboxError('quota', 'What is in the archive does not fit into the workspace.')
      }
      await onEntry(header, bytesOf(entry), at++)
      // What was not read is passed over.
      entry.resume()
    }
    // A block of zeros ends a tar: without it more entries may have followed.
    if (at > 0 && tail.some((byte) => byte !== 0)) throw cutOff()
  } catch (error) {
    throw error instanceof SandboxError ? error : broken(error)
  } finally {
    parser.destroy()
    await feeding
  }
}

/** The file as it is, or what its gzip holds. */
async function openPacked(fd: number, size: number): Promise<AsyncIterable<Uint8Array>> {
  const head = await readRange(fd, 0, 2)
  if (head[0] !== 0x1f || head[1] !== 0x8b) return readChunks(fd, 0, size)
  const gunzip: Readable = pipeline(readChunks(fd, 0, size), createGunzip(), () => {})
  return gunzip
}

/** Gives the parser no more than it takes. `check` is told how many bytes there were before a chunk, and throws to end it. */
async function feed(
  parser: Extract,
  chunks: AsyncIterable<Uint8Array>,
  check: (bytes: number, chunk: Uint8Array) => void,
): Promise<void> {
  let bytes = 0
  for await (const chunk of chunks) {
    if (parser.destroyed) return
    bytes += chunk.length
    check(bytes - chunk.length, chunk)
    if (!parser.write(chunk)) {
      const done = new AbortController()
      const { signal } = done
      await Promise.race([once(parser, 'drain', { signal }), once(parser, 'close', { signal })])
      done.abort()
    }
  }
  parser.end(null)
}

async function* bytesOf(content: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) if (chunk instanceof Uint8Array) yield chunk
}

function cutOff(): SandboxError {
  return new SandboxError('failed', 'This tar was cut off: its end is missing. Get it once more, whole.')
}

function broken(cause?: unknown): SandboxError {
  return new SandboxError('failed', 'This is no tar archive, or a broken one.', { cause })
}
