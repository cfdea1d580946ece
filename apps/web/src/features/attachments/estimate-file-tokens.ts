import type { Upload } from '@reynard/protocol'

/** As the server does: of the window, for the files of one question. With tools the rest is there to be read. */
const SHARE = { withTools: 0.25, without: 0.33 }
const BYTES_PER_TOKEN = 4
/** Much of a document is no text: what is left of it, roughly. */
const DOCUMENT_BYTES_PER_TOKEN = 40
const TOKENS_PER_IMAGE = 800
/** The line that names a file. */
const TOKENS_PER_LINE = 30

type Reader = { windowTokens: number; hasTools: boolean; vision: boolean }

/** What files take of the window when they are sent with a question, about. */
export function estimateFileTokens(uploads: readonly Upload[], { windowTokens, hasTools, vision }: Reader): number {
  const texts = uploads.reduce((sum, { kind, bytes }) => {
    if (kind === 'text' || kind === 'data') return sum + bytes / BYTES_PER_TOKEN
    // A tool reads it, where there is one.
    return kind === 'document' && !hasTools ? sum + bytes / DOCUMENT_BYTES_PER_TOKEN : sum
  }, 0)
  const images = vision ? uploads.filter(({ kind }) => kind === 'image').length * TOKENS_PER_IMAGE : 0
  const most = windowTokens * (hasTools ? SHARE.withTools : SHARE.without)
  return Math.ceil(Math.min(texts, most)) + images + uploads.length * TOKENS_PER_LINE
}
