import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { listSources } from './list-sources.ts'

/** Pages of the web for words, by whichever search the operator has chosen. */
export const searchWeb = defineTool({
  name: 'search_web',
  group: 'search',
  effect: 'network',
  level: 'none',
  needs: ['web-search'],
  description:
    'Searches the web (or Wikipedia, where nothing else is set up) and returns titles, addresses and snippets. Read a page whole with fetch_page.',
  input: z.object({
    query: z.string().trim().min(1).max(400).describe('A few words'),
    n: z.number().int().min(1).max(20).default(5).describe('How many results'),
    language: z
      .string()
      .regex(/^[a-z]{2,3}$/)
      .default('en')
      .describe('Language of the results, such as en or de'),
  }),
  timeoutMs: 20_000,
  title: ({ query }) => ({ running: 'Searching the web', done: 'Searched the web', detail: query }),
  covers: ({ language }, { web }) => `searches by ${engineOf(web.searchEngine(language)).host}`,
  async facts({ query, language }, { web }) {
    const { name, host } = engineOf(web.searchEngine(language))
    return {
      wants: `search ${name}`,
      reason: null,
      writes: [],
      hosts: [host],
      restorable: null,
      preview: { kind: 'text', text: query },
    }
  },
  async execute({ query, n, language }, { session: { web }, signal, timeoutMs }) {
    const { name, whole } = engineOf(web.searchEngine(language))
    const found = (await web.search({ query, count: n, language }, { signal, timeoutMs })).slice(0, n)
    const about = whole ? '' : ` Only ${name} was searched.`
    return {
      content:
        found.length === 0
          ? `${name} found nothing for this. Try fewer or other words.`
          : `${listSources(found)}\n\nName the pages that you use, with their addresses.${about}`,
      display: { kind: 'sources', sources: found },
    }
  },
})

function engineOf<Engine>(engine: Engine | null): Engine {
  if (engine === null) throw new Error('Web search is off on this server.')
  return engine
}
