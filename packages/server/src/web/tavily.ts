import { z } from 'zod'
import { type AskService, askPublic } from './ask-service.ts'
import { foundPages } from './found-page.ts'
import { askJson, type SearchEngine } from './search-engine.ts'

const text = z.string().nullish().catch('')
const answerSchema = z.object({ results: z.array(z.object({ title: text, url: text, content: text })) })

type Options = { apiKey: string; ask?: AskService; baseUrl?: string }

/** Tavily's search, by a key. It takes no language: it answers in that of the words. */
export function createTavily({ apiKey, ask = askPublic, baseUrl = 'https://api.tavily.com' }: Options): SearchEngine {
  const name = 'Tavily'
  return {
    name,
    whole: true,
    hostFor: () => new URL(baseUrl).host,
    async search({ query, count }, { timeoutMs, signal }) {
      const json = { query, max_results: Math.min(20, count) }
      const headers = { authorization: `Bearer ${apiKey}` }
      const request = { name, url: `${baseUrl}/search`, headers, json, timeoutMs, signal }
      const { results } = await askJson(ask, request, answerSchema, ({ status }) =>
        status === 432 || status === 433
          ? 'The searches of this Tavily key are used up. Raise its limit, or choose another search in Settings.'
          : null,
      )
      return foundPages(
        results.map((result) => ({ title: result.title ?? '', url: result.url ?? '', snippet: result.content ?? '' })),
        count,
      )
    },
  }
}
