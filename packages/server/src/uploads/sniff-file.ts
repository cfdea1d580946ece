import type { AttachmentKind } from '@reynard/protocol'

export type SniffedFile = { mediaType: string; kind: AttachmentKind }

/** Bytes from a file's beginning that tell what it is. */
export const SNIFFED_BYTES = 64 * 1024

const office: Record<string, { mark: string; mediaType: string }> = {
  docx: { mark: 'word/', mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
  xlsx: { mark: 'xl/', mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
  pptx: { mark: 'ppt/', mediaType: 'application/vnd.openxmlformats-officedocument.presentationml.presentation' },
}

/** What a file begins with; a dot stands for any byte. */
const signatures: [string, SniffedFile][] = [
  ['\x89PNG\r\n\x1a\n', { mediaType: 'image/png', kind: 'image' }],
  ['\xff\xd8\xff', { mediaType: 'image/jpeg', kind: 'image' }],
  ['GIF87a', { mediaType: 'image/gif', kind: 'image' }],
  ['GIF89a', { mediaType: 'image/gif', kind: 'image' }],
  ['RIFF....WEBP', { mediaType: 'image/webp', kind: 'image' }],
  ['%PDF-', { mediaType: 'application/pdf', kind: 'document' }],
  ['PAR1', { mediaType: 'application/vnd.apache.parquet', kind: 'data' }],
  ['SQLite format 3', { mediaType: 'application/vnd.sqlite3', kind: 'other' }],
  ['\x1f\x8b', { mediaType: 'application/gzip', kind: 'other' }],
]
const begins = (latin: string, signature: string) =>
  [...signature].every((byte, at) => byte === '.' || latin[at] === byte)

/** Texts whose name says more than that they are text. */
const textTypes: Record<string, SniffedFile> = {
  csv: { mediaType: 'text/csv', kind: 'data' },
  tsv: { mediaType: 'text/tab-separated-values', kind: 'data' },
  json: { mediaType: 'application/json', kind: 'data' },
  jsonl: { mediaType: 'application/jsonl', kind: 'data' },
  ndjson: { mediaType: 'application/jsonl', kind: 'data' },
  md: { mediaType: 'text/markdown', kind: 'text' },
}

/** Whether a file's own directory of names says more than its beginning. */
export const isZip = (head: Buffer) => ['PK\x03\x04', 'PK\x05\x06'].includes(head.toString('latin1', 0, 4))

/**
 * What a file is, by the bytes that it begins with, and a zip by the names in its directory (null: it has none that can be read). The name
 * only tells apart what the content leaves open: which sort of text it is. A picture is one of four formats that every browser and engine
 * reads; an SVG is a text.
 */
export function sniffFile(head: Buffer, name: string, zipNames: readonly string[] | null): SniffedFile {
  const extension = name.split('.').at(-1)?.toLowerCase() ?? ''
  const latin = head.toString('latin1')
  const known = signatures.find(([signature]) => begins(latin, signature))
  if (known) return known[1]
  if (isZip(head)) return zipNames === null ? sniffCutZip(latin, extension) : sniffZip(zipNames)
  if (isText(head)) return textTypes[extension] ?? { mediaType: 'text/plain', kind: 'text' }
  return { mediaType: 'application/octet-stream', kind: 'other' }
}

const archive: SniffedFile = { mediaType: 'application/zip', kind: 'archive' }
const isOfficeName = (name: string) => name === '[Content_Types].xml' || name === '_rels/.rels'

/** Office files are zips that hold their content types and a folder of their own; some writers put the types last, behind all sheets. */
function sniffZip(names: readonly string[]): SniffedFile {
  if (!names.some(isOfficeName)) return archive
  const found = Object.values(office).find(({ mark }) => names.some((name) => name.startsWith(mark)))
  return found ? { mediaType: found.mediaType, kind: 'document' } : archive
}

/** A zip without a directory is damaged: its beginning says what it was to be, so that the reader of such files says what is wrong. */
function sniffCutZip(latin: string, extension: string): SniffedFile {
  const isOffice = latin.includes('[Content_Types].xml') || latin.includes('_rels/.rels')
  const marked = Object.values(office).find(({ mark }) => latin.includes(`\0${mark}`) || latin.includes(mark))
  const mediaType = (isOffice && marked?.mediaType) || (isOffice && office[extension]?.mediaType)
  return mediaType ? { mediaType, kind: 'document' } : archive
}

/** UTF-8 without control characters, but for white space and what colours a terminal. The last letter may be cut in the middle. */
function isText(head: Buffer): boolean {
  if (head.some((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}
