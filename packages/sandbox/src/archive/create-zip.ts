import { addAbortSignal, PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { parsePath } from '../files/path-rules.ts'
import { streamFile } from '../files/read-file.ts'
import type { Workspace } from '../files/workspace.ts'

export type ZipOptions = {
  /** A folder of the workspace; its root unless told. */
  path?: string
  /** Folders of these names are left out. */
  skip?: readonly string[]
  /** 20,000 files unless told. */
  maxEntries?: number
  signal?: AbortSignal
}

/**
 * A folder as a zip, made while it is read: links, devices and names that can't be shown are left out. Files are opened one after the other,
 * by descriptor. A file that vanishes meanwhile ends the stream with an error. Throws `not-found`, `bad-path`, `denied`.
 */
export async function createZip(
  workspace: Workspace,
  options: ZipOptions = {},
): Promise<{ stream: Readable; files: number; truncated: boolean }> {
  const { path = '.', skip = [], maxEntries = 20_000, signal } = options
  const { entries, truncated } = await workspace.list(path, { depth: 80, maxEntries, skip, signal })
  const start = parsePath(path)
    .map((segment) => `${segment}/`)
    .join('').length
  const zip = new ZipFile()
  let files = 0
  let packed: Readable | undefined
  for (const entry of entries) {
    const name = entry.path.slice(start)
    const mtime = new Date(entry.modifiedMs)
    if (entry.type === 'folder' && !skip.includes(name.split('/').at(-1) ?? '')) zip.addEmptyDirectory(name, { mtime })
    if (entry.type !== 'file') continue
    files++
    zip.addReadStreamLazy(name, { mtime, mode: 0o100644 }, (done) => {
      try {
        packed = streamFile(workspace.place, entry.path).stream
        done(null, packed)
      } catch (error) {
        done(error, Readable.from([]))
      }
    })
  }
  zip.end()
  const stream = new PassThrough()
  if (signal) addAbortSignal(signal, stream)
  zip.outputStream.pipe(stream)
  zip.on('error', (error: Error) => stream.destroy(error))
  // Who stops reading leaves one file open: the one that is being packed.
  stream.on('close', () => packed?.destroy())
  return { stream, files, truncated }
}
