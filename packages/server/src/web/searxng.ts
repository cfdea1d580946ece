import { z } from 'zod'
import { type AskService, askOperator } from './ask-service.ts'
import { foundPages } from './found-page.ts'
import { askJson, type SearchEngine } from './search-engine.ts'

const answerSchema = z.object({
  results: z.array(
    z.object({ title: z.string().catch(''), url: z.string().catch(''), content: z.string().nullish().catch('') }),
  ),
})

/** A SearXNG of the operator's, at home or anywhere: its address passes no guard, what it finds does. */
export function createSearxng({ baseUrl, ask = askOperator }: { baseUrl: string; ask?: AskService }): SearchEngine {
  const name = 'SearXNG'
  const { host, username, password } = new URL(baseUrl)
  // An address with a name and a password in it is not fetched: they go into the header that they are meant for.
  const base = baseUrl.replace(/^(https?:\/\/)[^/@]*@/i, '$1')
  const word = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')
  const headers = username === '' ? {} : { headers: { authorization: `Basic ${word}` } }
  return {
    name,
    whole: true,
    hostFor: () => host,
    async search({ query, count, language }, { timeoutMs, signal }) {
      const url = `${base}/search?${new URLSearchParams({ q: query, format: 'json', language })}`
      const { results } = await askJson(ask, { name, url, ...headers, timeoutMs, signal }, answerSchema, (answer) => {
        if (answer.status === 403) {
          return `SearXNG at ${host} gives no JSON. Add "json" under search: formats: in its settings.yml and restart it.`
        }
        if (answer.status >= 300 && answer.status < 400) {
          return `SearXNG at ${host} sends on to ${answer.location ?? 'another address'}. Set that address in Settings, under Web search.`
        }
        if (answer.status === 404 || (answer.status === 200 && !/\bjson\b/i.test(answer.contentType))) {
          return `What answers at ${host} does not speak as SearXNG does. Check its address in Settings, under Web search.`
        }
        return null
      })
      const found = results.map(({ title, url, content }) => ({ title, url, snippet: content ?? '' }))
      return foundPages(found, count)
    },
  }
}

/** A password may hold a percent sign that nobody has escaped. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
