import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { AppError } from '@reynard/protocol'
import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate'

/**
 * Takes one file out of a zip archive, chunk by chunk: neither the archive nor the file is ever held whole.
 * @throws AppError `not-found` where the archive has no such file, `engine-failed` where it is damaged
 */
export async function extractFromZip(
  archive: string,
  entryName: string,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  await using file = await open(target, 'w')
  try {
    const found = await writeEntry(archive, entryName, file, signal)
    if (!found) throw new AppError('not-found', `The archive holds no ${entryName}.`)
    await file.sync()
  } catch (error) {
    await rm(target, { force: true })
    if (signal.aborted || error instanceof AppError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new AppError('engine-failed', `The archive could not be unpacked (${reason}).`, { cause: error })
  }
}

async function writeEntry(archive: string, entryName: string, file: FileHandle, signal: AbortSignal): Promise<boolean> {
  let found = false
  let failure: Error | null = null
  let inflated: Uint8Array[] = []
  const unzip = new Unzip((entry) => {
    if (entry.name !== entryName) return
    found = true
    entry.ondata = (error, chunk) => {
      if (error) failure = error
      else if (chunk.length > 0) inflated.push(chunk)
    }
    entry.start()
  })
  unzip.register(UnzipInflate)
  unzip.register(UnzipPassThrough)
  for await (const chunk of createReadStream(archive, { highWaterMark: 256 * 1024, signal })) {
    unzip.push(chunk)
    if (failure) throw failure
    for (const piece of inflated) await file.write(piece)
    inflated = []
  }
  unzip.push(new Uint8Array(0), true)
  for (const piece of inflated) await file.write(piece)
  return found
}
