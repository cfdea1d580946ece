import { z } from 'zod'
import { type AskService, askPublic } from './ask-service.ts'
import { foundPages } from './found-page.ts'
import { askJson, type SearchEngine } from './search-engine.ts'

const answerSchema = z.object({
  query: z.object({ search: z.array(z.object({ title: z.string(), snippet: z.string().catch('') })) }),
})

type Options = { ask?: AskService; baseUrl?: (language: string) => string }

/** The Wikipedia of a language, by MediaWiki's public API: it needs neither key nor account. */
export function createWikipedia({ ask = askPublic, baseUrl = ofLanguage }: Options = {}): SearchEngine {
  const name = 'Wikipedia'
  return {
    name,
    whole: false,
    hostFor: (language) => new URL(baseUrl(language)).host,
    async search({ query, count, language }, { timeoutMs, signal }) {
      const base = baseUrl(language)
      const asked = new URLSearchParams({
        ...{ action: 'query', list: 'search', srsearch: query, srlimit: String(count), srprop: 'snippet' },
        ...{ format: 'json', formatversion: '2' },
      })
      const request = { name, url: `${base}/w/api.php?${asked}`, timeoutMs, signal }
      const answer = await askJson(ask, request, answerSchema, ({ status }) =>
        status === 404 ? `There is no Wikipedia in the language "${language}".` : null,
      )
      const page = (title: string) => `${base}/wiki/${encodeURIComponent(title.replaceAll(' ', '_'))}`
      return foundPages(
        answer.query.search.map(({ title, snippet }) => ({ title, url: page(title), snippet })),
        count,
      )
    },
  }
}

function ofLanguage(language: string): string {
  return `https://${/^[a-z]{2,3}$/.test(language) ? language : 'en'}.wikipedia.org`
}
