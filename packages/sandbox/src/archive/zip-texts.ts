import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

/** Texts as the files of a small zip, made in memory. */
export async function zipTexts(entries: readonly { name: string; text: string }[]): Promise<Buffer> {
  const zip = new ZipFile()
  for (const { name, text } of entries) zip.addBuffer(Buffer.from(text), name, { mode: 0o100644 })
  zip.end()
  return await buffer(zip.outputStream)
}
