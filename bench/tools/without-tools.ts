import { copyFile, open } from 'node:fs/promises'

const key = 'tokenizer.chat_template'

/**
 * A copy of a GGUF file whose chat template knows no tools, so that the same model has to choose by a schema: the word is misspelt, which
 * moves no byte.
 */
export async function copyWithoutTools(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  await using file = await open(to, 'r+')
  const { size } = await file.stat()
  const head = Buffer.alloc(Math.min(32_000_000, size))
  await file.read(head, 0, head.length, 0)
  // Key, type, length, text.
  const lengthAt = head.indexOf(key) + key.length + 4
  const textAt = lengthAt + 8
  const text = head.subarray(textAt, textAt + Number(head.readBigUInt64LE(lengthAt))).toString('latin1')
  await file.write(Buffer.from(text.replaceAll(/\btools\b/g, 'toolz'), 'latin1'), 0, text.length, textAt)
}
