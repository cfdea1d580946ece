import { z } from 'zod'
import { type AskService, askPublic } from './ask-service.ts'
import { foundPages } from './found-page.ts'
import { askJson, type SearchEngine } from './search-engine.ts'

const text = z.string().nullish().catch('')
const answerSchema = z.object({
  web: z.object({ results: z.array(z.object({ title: text, url: text, description: text })) }).nullish(),
})

type Options = { apiKey: string; ask?: AskService; baseUrl?: string }

/** Brave's search, by a key. */
export function createBrave({
  apiKey,
  ask = askPublic,
  baseUrl = 'https://api.search.brave.com',
}: Options): SearchEngine {
  const name = 'Brave'
  return {
    name,
    whole: true,
    hostFor: () => new URL(baseUrl).host,
    async search({ query, count, language }, { timeoutMs, signal }) {
      const asked = new URLSearchParams({ q: query, count: String(Math.min(20, count)), search_lang: language })
      const url = `${baseUrl}/res/v1/web/search?${asked}`
      const headers = { 'x-subscription-token': apiKey }
      const request = { name, url, headers, timeoutMs, signal }
      const { web } = await askJson(ask, request, answerSchema, ({ status, text: said }) =>
        status === 422 && /token/i.test(said)
          ? 'Brave refused its key. Set a new one in Settings, under Web search.'
          : null,
      )
      const results = web?.results ?? []
      return foundPages(
        results.map((result) => ({
          title: result.title ?? '',
          url: result.url ?? '',
          snippet: result.description ?? '',
        })),
        count,
      )
    },
  }
}
