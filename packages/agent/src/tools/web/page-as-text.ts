import { type FetchedPage, readablePage } from '@reynard/sandbox'

/** More markup than this is not parsed: a page that long is no reading. Bytes. */
const mostMarkup = 1 << 20
/** More of a plain text than this is not kept. Characters. */
const mostText = 1_000_000

/** The text of a page. Throws as `readablePage`. */
export async function pageAsText(
  { bytes, contentType, url, truncated }: FetchedPage,
  kind: 'html' | 'text',
  signal: AbortSignal,
): Promise<{ title: string; text: string; truncated: boolean }> {
  if (kind === 'text') {
    const text = decode(bytes, contentType)
    return { title: '', text: text.slice(0, mostText), truncated: truncated || text.length > mostText }
  }
  const isCut = truncated || bytes.length > mostMarkup
  const page = await readablePage({ bytes: bytes.subarray(0, mostMarkup), contentType, url }, { signal })
  return { title: page.title, text: page.markdown, truncated: isCut || page.truncated }
}

function decode(bytes: Uint8Array, contentType: string): string {
  const label = /charset\s*=\s*["']?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}
