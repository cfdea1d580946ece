import type { Readable } from 'node:stream'
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl'
import { withFile } from '../files/read-file.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import { DescriptorReader } from './descriptor-reader.ts'
import { type ArchiveEntry, planExtraction } from './extract-plan.ts'
import { type Extracted, type ExtractOptions, tooMany, writePlan } from './write-plan.ts'

type ZipEntry = ArchiveEntry & { zipped: Entry }

const typeBits = 0o170000
const regular = 0o100000
const folder = 0o040000
const encrypted = 1

/**
 * Unpacks a zip that lies in a workspace. All its names are looked at before anything is written, bytes are counted as they come and not as
 * they are declared, and what does not end well leaves nothing behind. Zips in it stay files.
 * Throws `denied`, `bad-path` (see `planExtraction`), `too-many`, `quota`, `failed` (no zip, or a broken one), `aborted`.
 */
export function extractZip(workspace: Workspace, path: string, options: ExtractOptions = {}): Promise<Extracted> {
  const { into = '.', maxEntries = 2000 } = options
  return withFile(workspace.place, path, async (fd, size) => {
    const zip = await openZip(fd, size, maxEntries)
    const entries = (await readEntries(zip, maxEntries)).map(readHeader)
    const plan = planExtraction(workspace, into, entries)
    return await writePlan<ZipEntry>(workspace, options, async (write) => {
      for (const one of plan) await write(one, inflate(zip, one.entry.zipped))
    })
  })
}

function readHeader(zipped: Entry): ZipEntry {
  const { fileName: name, externalFileAttributes, generalPurposeBitFlag } = zipped
  const isFolder = name.endsWith('/')
  const type = (externalFileAttributes >>> 16) & typeBits
  const isOther = type !== 0 && type !== (isFolder ? folder : regular)
  return { name, isFolder, isEncrypted: (generalPurposeBitFlag & encrypted) !== 0, isOther, zipped }
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
