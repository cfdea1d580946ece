import type { FetchedPage } from '@reynard/sandbox'

/** `pdf` and `file` are saved, the others read. */
export type PageKind = 'html' | 'text' | 'pdf' | 'file'

const markup = /^(?:text\/html|application\/xhtml\+xml)\b/i
const plain = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|yaml|javascript|x-ndjson)\b)/i

/** What a page is: its first bytes go before what its server says. */
export function kindOfPage({ contentType, bytes }: Pick<FetchedPage, 'contentType' | 'bytes'>): PageKind {
  if (bytes.subarray(0, 1024).includes('%PDF-')) return 'pdf'
  const start = bytes.subarray(0, 4096)
  if (start.includes(0)) return 'file'
  if (markup.test(contentType)) return 'html'
  if (plain.test(contentType)) return 'text'
  if (contentType !== '') return 'file'
  return /<(?:!doctype html|html|head|body)\b/i.test(start.toString('latin1')) ? 'html' : 'text'
}
