import { parentPort, workerData } from 'node:worker_threads'
import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import { dropHidden } from './drop-hidden.ts'
import { htmlToMarkdown } from './html-to-markdown.ts'
import type { PageSource } from './readable-page.ts'

// Runs as a worker thread: whatever a page does to a parser ends here.

const source: PageSource = workerData
const port = parentPort
if (!port) throw new Error('readable-worker runs as a worker thread only')

/** Text by the charset of the header, of the page itself, or UTF-8. */
function decode({ bytes, contentType }: PageSource): string {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1')
  const charset = /charset\s*=\s*["']?([\w-]+)/i
  const label = charset.exec(contentType)?.[1] ?? charset.exec(head)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/**
 * The document, also of a page that leaves out the tags of head and body, as it may: the parser keeps its words beside an empty body then.
 */
function parse(html: string) {
  const { document } = parseHTML(/<html[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`)
  if (document.body.innerHTML.trim() !== '') return document
  const inner = html.replaceAll(/<!doctype[^>]*>|<\/?(?:html|head|body)\b[^>]*>/gi, '')
  return parseHTML(`<html><body>${inner}</body></html>`).document
}

port.postMessage({ started: true })
try {
  const html = decode(source)
  const document = parse(html)
  const title = document.title || (document.querySelector('title')?.textContent ?? '')
  for (const heading of document.querySelectorAll('body title')) heading.remove()
  dropHidden(document)
  const whole = document.body.innerHTML
  const article = new Readability(document, { maxElemsToParse: 100_000 }).parse()
  const markdown = htmlToMarkdown(article?.content || whole, source.url)
  port.postMessage({
    title: (article?.title || title).trim().slice(0, 300),
    markdown: markdown.slice(0, source.maxCharacters),
    truncated: markdown.length > source.maxCharacters,
  })
} catch (error) {
  port.postMessage({ failed: String(error) })
}
