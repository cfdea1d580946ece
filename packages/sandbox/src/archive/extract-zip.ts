import type { Readable } from 'node:stream'
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl'
import { withFile } from '../files/read-file.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import { DescriptorReader } from './descriptor-reader.ts'
import { planExtraction } from './extract-plan.ts'

export type ExtractOptions = {
  /** A folder of the workspace, made where it is missing; its root unless told. */
  into?: string
  /**
   * Where a `.git` folder of the archive goes: to `git` of this workspace, which no tool sees and from where a `GitRepository` imports it.
   * Left out unless told.
   */
  git?: Workspace
  /** 2,000 unless told. */
  maxEntries?: number
  signal?: AbortSignal
}
/** `gitFiles` counts what a `.git` folder held of objects and names. */
export type Extracted = { files: number; bytes: number; gitFiles: number }

/** All that an import looks at; hooks and configuration stay in the archive. */
const gitData = /^(?:HEAD|packed-refs|shallow|commondir|(?:objects|refs)\/.+)$/

/**
 * Unpacks a zip that lies in a workspace. All its names are looked at before anything is written, bytes are counted as they come and not as
 * they are declared, and what does not end well leaves nothing behind. Zips in it stay files.
 * Throws `denied`, `bad-path` (see `planExtraction`), `too-many`, `quota`, `failed` (no zip, or a broken one), `aborted`.
 */
export function extractZip(workspace: Workspace, path: string, options: ExtractOptions = {}): Promise<Extracted> {
  const { into = '.', maxEntries = 2000, signal } = options
  return withFile(workspace.place, path, async (fd, size) => {
    const zip = await openZip(fd, size, maxEntries)
    const plan = planExtraction(workspace, into, await readEntries(zip, maxEntries))
    const done: Extracted = { files: 0, bytes: 0, gitFiles: 0 }
    const made = new Set<string>()
    try {
      for (const one of plan) {
        if (signal?.aborted) throw new SandboxError('aborted', 'This was stopped.')
        const content = inflate(zip, one.entry)
        if ('gitPath' in one) {
          if (one.isFolder || !gitData.test(one.gitPath)) continue
          done.gitFiles++
          await options.git?.write(`git/${one.gitPath}`, content, { exclusive: true, signal })
          continue
        }
        made.add(firstMissing(workspace, one.path) ?? one.path)
        if (one.isFolder) {
          await workspace.makeFolder(one.path)
          continue
        }
        const { bytes } = await workspace.write(one.path, content, { exclusive: true, signal })
        done.files++
        done.bytes += bytes
      }
    } catch (error) {
      for (const path of made) if (workspace.find(path)) await workspace.discard(path)
      throw error
    }
    return done
  })
}

async function openZip(fd: number, size: number, maxEntries: number): Promise<ZipFile> {
  let zip: ZipFile
  try {
    const options = { lazyEntries: true, autoClose: false, strictFileNames: true }
    zip = await fromRandomAccessReaderPromise(new DescriptorReader(fd), size, options)
  } catch (cause) {
    throw new SandboxError('failed', 'This is no zip archive, or a broken one.', { cause })
  }
  if (zip.entryCount > maxEntries) throw tooMany(maxEntries)
  return zip
}

async function readEntries(zip: ZipFile, maxEntries: number): Promise<Entry[]> {
  const entries: Entry[] = []
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.push(entry) > maxEntries) throw tooMany(maxEntries)
    }
  } catch (cause) {
    if (cause instanceof SandboxError) throw cause
    // yauzl itself refuses names that climb, are absolute, or have backslashes.
    const name = cause instanceof Error && /path|fileName/.test(cause.message)
    if (name)
      throw new SandboxError('bad-path', 'The archive is not unpacked: a name in it leads out of it.', { cause })
    throw new SandboxError('failed', 'This is no zip archive, or a broken one.', { cause })
  }
  return entries
}

async function* inflate(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  let stream: Readable | undefined
  try {
    stream = await zip.openReadStreamPromise(entry)
    for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk
  } catch (cause) {
    const name = JSON.stringify(entry.fileName.slice(0, 200))
    throw new SandboxError('failed', `The archive is broken at ${name}.`, { cause })
  } finally {
    stream?.destroy()
  }
}

/** The uppermost part of a path that does not exist yet: what has to go again when the rest fails. */
function firstMissing(workspace: Workspace, path: string): string | undefined {
  const segments = path.split('/')
  const parts = segments.map((_, index) => segments.slice(0, index + 1).join('/'))
  return parts.find((part) => !workspace.find(part))
}

const tooMany = (limit: number) => new SandboxError('too-many', `The archive has more than ${limit} entries.`)
