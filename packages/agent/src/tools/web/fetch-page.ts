import { parseWebUrl } from '@reynard/sandbox'
import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { kindOfPage } from './kind-of-page.ts'
import { pageAsText } from './page-as-text.ts'
import { savePage } from './save-page.ts'

/** One page of the public internet as text, with its address. What is no text is saved in the workspace. */
export const fetchPage = defineTool({
  name: 'fetch_page',
  group: 'search',
  effect: 'network',
  level: 'none',
  description:
    'Reads a page of the public internet as text, by its address. PDFs and other files are saved in the workspace instead.',
  input: z.object({ url: z.string().trim().min(1).max(2_000).describe('Starts with https:// or http://') }),
  timeoutMs: 40_000,
  title: ({ url }) => ({ running: 'Opening a page', done: 'Opened a page', detail: shownAddress(url), code: true }),
  covers: ({ url }) => `pages of ${parseWebUrl(url).host}`,
  async facts({ url }) {
    const { host, href } = parseWebUrl(url)
    return {
      wants: `open a page of ${host}`,
      reason: 'Whatever stands in the address is told to that server.',
      writes: [],
      hosts: [host],
      restorable: null,
      preview: { kind: 'text', text: href },
    }
  },
  async execute({ url }, { session, signal, timeoutMs }) {
    const page = await session.web.fetchPage(url, { signal, timeoutMs })
    if (page.status >= 400) {
      throw new Error(
        `${page.url} answered with ${page.status}${page.status === 404 ? ': there is no such page' : ''}.`,
      )
    }
    const kind = kindOfPage(page)
    if (kind !== 'html' && kind !== 'text') {
      // A yes to a page is none to a new file in somebody's project.
      if (session.folder !== null) {
        throw new Error(
          `${page.url} is a file, not a page, and in a folder of this machine it is not saved. Give the person its address.`,
        )
      }
      return await savePage(page, kind, session.workspace, signal)
    }
    const { title, text, truncated } = await pageAsText(page, kind, signal)
    const name = title || new URL(page.url).host
    const snippet = text.split('\n').find((line) => !line.startsWith('#') && isProse(line)) ?? ''
    return {
      content: `Source: ${page.url}\nTitle: ${name}\n\n${text || 'The page has no text.'}`,
      display: { kind: 'sources', sources: [{ title: name, url: page.url, snippet: snippet.slice(0, 400) }] },
      truncated,
    }
  },
})

/** Whether a line has a word and something behind it; by two looks, since one pattern for both takes the square of a long line. */
function isProse(line: string): boolean {
  const word = line.search(/\p{L}{2}/u)
  return word >= 0 && /\s/.test(line.slice(word + 2))
}

/** As it is asked for, where it can be: letters of other scripts show as what they are. */
function shownAddress(url: string): string {
  return URL.parse(url)?.href ?? url
}
