import type { FilePreview } from '@reynard/protocol'
import { plainText, type Workspace } from '@reynard/sandbox'

/** How many bytes tell whether a file is text. */
const lookedAt = 8_192
/** More of what is no UTF-8 than this, and it is no text. */
const mostBroken = 0.1

/** A part of a file as text, cut between characters. Control and direction characters are taken out: it is shown as it stands. */
export async function previewFile(
  workspace: Workspace,
  path: string,
  { from, bytes: length }: { from: number; bytes: number },
): Promise<FilePreview> {
  const { modifiedMs } = workspace.stat(path)
  const { bytes, totalBytes } = await workspace.read(path, { offset: from, length })
  const file = { path, totalBytes, modifiedMs }
  const head = from === 0 ? bytes : (await workspace.read(path, { length: lookedAt })).bytes
  if (head.subarray(0, lookedAt).includes(0)) return { ...file, kind: 'binary' }
  const start = from === 0 ? 0 : firstCharacter(bytes)
  const end = from + bytes.length < totalBytes ? lastCharacter(bytes) : bytes.length
  const raw = bytes.subarray(start, Math.max(start, end)).toString()
  const broken = raw.match(/\uFFFD/g)?.length ?? 0
  if (broken > raw.length * mostBroken) return { ...file, kind: 'binary' }
  return { ...file, kind: 'text', text: plainText(raw), from: from + start, to: from + Math.max(start, end) }
}

const isInner = (byte: number) => (byte & 0xc0) === 0x80

/** Where the first whole character begins; what is no UTF-8 begins at once. */
function firstCharacter(bytes: Buffer): number {
  let at = 0
  while (at < 3 && at < bytes.length && isInner(bytes[at] ?? 0)) at++
  return at
}

/** Where a last character that is cut off begins. */
function lastCharacter(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (isInner(byte)) continue
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return size > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
