import type { SearchChoice, WebSearchSettings, WebSearchTrial, WebSearchView } from '@reynard/protocol'
import { AppError, updateWebSearchInputSchema } from '@reynard/protocol'
import { SandboxError } from '@reynard/sandbox'
import type { Env } from '../env.ts'
import type { SettingsRows } from '../settings/server-settings.ts'
import { createBrave } from './brave.ts'
import type { SearchEngine } from './search-engine.ts'
import { createSearxng } from './searxng.ts'
import { createTavily } from './tavily.ts'
import { createWikipedia } from './wikipedia.ts'

/** Who is asked for a search; or why nobody is, in a sentence. */
type ChosenEngine = { engine: SearchEngine } | { problem: string }

/** Which search the operator has chosen. What the environment says goes before what was set in the app. */
export type SearchSettings = {
  view(): WebSearchView
  /** Changes what is given, null unsets. Resolves when it is saved. What the environment sets stays as it says. */
  update(changes: Partial<WebSearchSettings>): Promise<void>
  chosen(): ChosenEngine
  /** Searches once, to see whether it works. */
  tryOut(signal: AbortSignal): Promise<WebSearchTrial>
}

/** Who tries a search out sits before the page. Milliseconds. */
const trialTimeoutMs = 10_000
const rowKey = 'web-search'
/** What the page is shown in place of a password. */
const hidden = '***'
const variableOf = {
  choice: 'REYNARD_SEARCH',
  searxngBaseUrl: 'SEARXNG_BASE_URL',
  braveApiKey: 'BRAVE_API_KEY',
  tavilyApiKey: 'TAVILY_API_KEY',
} as const satisfies Record<keyof WebSearchSettings, string>
const names = ['choice', 'searxngBaseUrl', 'braveApiKey', 'tavilyApiKey'] as const
/** Of these the log says only that there is one. */
const SECRETS = new Set<string>(['braveApiKey', 'tavilyApiKey'])
const changeOf = (from: string | null, to: string | null) => ({ from, to })
const changeOfSecret = (from: string | null, to: string | null) => ({
  from: from === null ? null : 'set',
  to: to === null ? null : from === null ? 'set' : 'changed',
})
const nothing: WebSearchSettings = { choice: null, searxngBaseUrl: null, braveApiKey: null, tavilyApiKey: null }

/** Reads what was saved. A row that can not be read counts as not set. */
export async function openSearchSettings(
  env: Pick<Env, 'search' | 'given'>,
  rows: SettingsRows,
): Promise<SearchSettings> {
  const row = (await rows.list()).find(({ key }) => key === rowKey)
  let saved = { ...nothing, ...readRow(row?.value) }
  const given = names.filter((name) => env.given.has(variableOf[name]))
  const effective = (): WebSearchSettings => ({
    ...saved,
    ...Object.fromEntries(given.map((name) => [name, env.search[name]])),
  })
  const choice = (): SearchChoice => effective().choice ?? env.search.choice
  const chosen = () => chooseEngine(choice(), effective())
  return {
    view() {
      const now = chosen()
      const { searxngBaseUrl, braveApiKey, tavilyApiKey } = effective()
      const active = 'engine' in now ? { name: now.engine.name, host: now.engine.hostFor('en') } : null
      return {
        choice: effective().choice,
        inheritedChoice: env.search.choice,
        searxngBaseUrl: searxngBaseUrl === null ? null : withoutPassword(searxngBaseUrl),
        braveApiKey: braveApiKey !== null,
        tavilyApiKey: tavilyApiKey !== null,
        environment: given,
        active,
        problem: 'problem' in now ? now.problem : null,
      }
    },
    async update(changes) {
      const next = { ...saved, ...changes }
      if (changes.searxngBaseUrl) next.searxngBaseUrl = withPasswordOf(saved.searxngBaseUrl, changes.searxngBaseUrl)
      const before = saved
      await rows.put(rowKey, JSON.stringify(next), (audit) =>
        names
          .filter((name) => before[name] !== next[name])
          .map((name) => {
            const details = SECRETS.has(name)
              ? changeOfSecret(before[name], next[name])
              : changeOf(before[name], next[name])
            return audit.entry('setting-change', { object: { kind: 'setting', id: name, name }, details })
          }),
      )
      saved = next
    },
    chosen,
    async tryOut(signal) {
      const now = chosen()
      if ('problem' in now) return now
      try {
        return {
          found: (
            await now.engine.search({ query: 'fox', count: 5, language: 'en' }, { signal, timeoutMs: trialTimeoutMs })
          ).length,
        }
      } catch (error) {
        if (error instanceof SandboxError && error.code !== 'aborted') return { problem: error.message }
        throw error
      }
    },
  }
}

function chooseEngine(
  choice: SearchChoice,
  { searxngBaseUrl, braveApiKey, tavilyApiKey }: WebSearchSettings,
): ChosenEngine {
  const lacks = (what: string) => ({
    problem: `Web search is not set up: ${what} is missing in Settings, under Web search.`,
  })
  switch (choice) {
    case 'searxng':
      return searxngBaseUrl === null
        ? lacks('the address of SearXNG')
        : { engine: createSearxng({ baseUrl: searxngBaseUrl }) }
    case 'brave':
      return braveApiKey === null ? lacks('a key for Brave') : { engine: createBrave({ apiKey: braveApiKey }) }
    case 'tavily':
      return tavilyApiKey === null ? lacks('a key for Tavily') : { engine: createTavily({ apiKey: tavilyApiKey }) }
    case 'wikipedia':
      return { engine: createWikipedia() }
    case 'off':
      return { problem: 'Web search is off on this server.' }
    case 'auto':
      if (searxngBaseUrl !== null) return { engine: createSearxng({ baseUrl: searxngBaseUrl }) }
      if (braveApiKey !== null) return { engine: createBrave({ apiKey: braveApiKey }) }
      if (tavilyApiKey !== null) return { engine: createTavily({ apiKey: tavilyApiKey }) }
      return { engine: createWikipedia() }
    default:
      return choice satisfies never
  }
}

/** An address may carry a password: it is not for the page. */
function withoutPassword(address: string): string {
  const url = new URL(address)
  if (url.password !== '') url.password = hidden
  return url.href.replace(/\/+$/, '')
}

/** An address that comes back as the page was shown it has the password that it had; no other server is given that. */
function withPasswordOf(known: string | null, address: string): string {
  const url = new URL(address)
  if (url.password !== hidden) return address
  const before = known === null ? null : new URL(known)
  if (
    before === null ||
    before.host !== url.host ||
    before.protocol !== url.protocol ||
    before.username !== url.username
  ) {
    throw new AppError('bad-request', 'The password of this address is not shown here. Type it again with the address.')
  }
  url.password = before.password
  return url.href.replace(/\/+$/, '')
}

function readRow(text: string | undefined): Partial<WebSearchSettings> {
  try {
    return text === undefined ? {} : (updateWebSearchInputSchema.safeParse(JSON.parse(text)).data ?? {})
  } catch {
    return {}
  }
}
