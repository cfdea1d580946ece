import type { Place } from './place.ts'
import { readRange, withFile } from './read-file.ts'

/** Lines are numbered from 1; `to` is included. At most `maxBytes` of text (256 KiB unless told) are returned. */
export type LineRange = { from?: number; to?: number; maxBytes?: number }
/**
 * Whole lines of a text. `totalLines` is `undefined` where the file is longer than what was scanned (64 MiB). `truncated`: lines of
 * the range are missing because of `maxBytes`; read on from `to + 1`, or from the byte `next` where not even the first line came whole.
 * `binary`: it has a NUL among its first bytes, so it is no text.
 */
export type FileLines = {
  text: string
  from: number
  to: number
  totalLines: number | undefined
  totalBytes: number
  truncated: boolean
  /** The byte behind the text. */
  next: number
  binary: boolean
}

const chunkBytes = 1 << 16
const maxScanBytes = 64 << 20
const newline = 0x0a

/** The lines of a range, read in chunks: a file of a gigabyte costs no memory. Errors as `openBeneath`. */
export function readLines(place: Place, path: string, range: LineRange = {}): Promise<FileLines> {
  const from = Math.max(1, range.from ?? 1)
  const last = Math.max(from, range.to ?? Number.POSITIVE_INFINITY)
  const maxBytes = range.maxBytes ?? 256 << 10
  return withFile(place, path, async (fd, totalBytes) => {
    const kept: Buffer[] = []
    let keptBytes = 0
    let line = 1
    let binary = false
    let full = false
    let endsOpen = false
    let position = 0
    let first = 0
    const scanned = Math.min(totalBytes, maxScanBytes)
    while (position < scanned) {
      const chunk = await readRange(fd, position, Math.min(chunkBytes, scanned - position))
      if (chunk.length === 0) break
      if (position === 0) binary = chunk.subarray(0, 8192).includes(0)
      position += chunk.length
      for (let start = 0; start < chunk.length; ) {
        const found = chunk.indexOf(newline, start)
        const end = found < 0 ? chunk.length : found + 1
        if (line >= from && line <= last && !full) {
          const room = maxBytes - keptBytes
          if (keptBytes === 0) first = position - chunk.length + start
          kept.push(Buffer.from(chunk.subarray(start, Math.min(end, start + room))))
          keptBytes += Math.min(end - start, room)
          full = end - start > room
        }
        endsOpen = found < 0
        if (!endsOpen) line++
        start = end
      }
    }
    const totalLines = endsOpen ? line : line - 1
    const text = Buffer.concat(kept)
    // A last line that was cut is given back only where it is the only one.
    const whole = full && text.includes(newline) ? text.subarray(0, text.lastIndexOf(newline) + 1) : text
    return {
      text: whole.toString(),
      from,
      to: from + countLines(whole) - 1,
      totalLines: scanned < totalBytes ? undefined : totalLines,
      totalBytes,
      truncated: full,
      next: first + whole.length,
      binary,
    }
  })
}

function countLines(text: Buffer): number {
  let count = text.length > 0 && text.at(-1) !== newline ? 1 : 0
  for (let at = text.indexOf(newline); at >= 0; at = text.indexOf(newline, at + 1)) count++
  return count
}
