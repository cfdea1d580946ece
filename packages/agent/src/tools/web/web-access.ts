import type { FetchedPage } from '@reynard/sandbox'

/** A page that a search found. `snippet` is plain text. */
export type FoundPage = { title: string; url: string; snippet: string }
export type WebQuery = {
  query: string
  /** At most so many; there may be fewer. */
  count: number
  /** Two or three letters, such as `en`. */
  language: string
}

/** What ends a call of the web: its own deadline, as the operator has set it (milliseconds), and a stop. */
export type WebCall = { timeoutMs: number; signal: AbortSignal }

/** What tools may reach of the web, as the operator has set it up. Errors are `SandboxError`s whose message may be shown. */
export interface WebAccess {
  /** Who is asked for a search, and the host that hears of it; null: search is off. `whole`: all of the web, not one site of it. */
  searchEngine(language: string): { name: string; host: string; whole: boolean } | null
  search(query: WebQuery, call: WebCall): Promise<FoundPage[]>
  /**
   * A page of the public internet; redirects are followed within its own site only. Throws `denied` for one that leads elsewhere, with
   * the address in its message, and as `safeFetch`.
   */
  fetchPage(url: string, call: WebCall): Promise<FetchedPage>
}
