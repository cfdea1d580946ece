import { z } from 'zod'

/** Who is asked when a tool searches the web. `auto`: the first of SearXNG, Brave and Tavily that is set up, else Wikipedia. */
export const searchChoiceSchema = z.enum(['auto', 'searxng', 'brave', 'tavily', 'wikipedia', 'off'])
export type SearchChoice = z.infer<typeof searchChoiceSchema>

const key = z.string().trim().min(1).max(1_000)

/** What the operator sets of it in the app. Null unsets; what is absent stays. A key is taken and never given back. */
export const webSearchSettingsSchema = z.object({
  choice: searchChoiceSchema.nullable(),
  searxngBaseUrl: z
    .url({ protocol: /^https?$/, error: 'An address starts with http:// or https://.' })
    .max(500)
    .transform((url) => url.replace(/\/+$/, ''))
    .nullable(),
  braveApiKey: key.nullable(),
  tavilyApiKey: key.nullable(),
})
export type WebSearchSettings = z.infer<typeof webSearchSettingsSchema>
export const updateWebSearchInputSchema = webSearchSettingsSchema.partial()

/** What came of one search for trying it: how many pages, or what is wrong, in a sentence. */
export type WebSearchTrial = { found: number } | { problem: string }

/**
 * Where search stands. `environment` names what the environment or .env sets: it can't be changed in the app. `active`: who is asked now;
 * null where nobody is, and `problem` says in a sentence why.
 */
export type WebSearchView = {
  choice: SearchChoice | null
  inheritedChoice: SearchChoice
  searxngBaseUrl: string | null
  braveApiKey: boolean
  tavilyApiKey: boolean
  environment: (keyof WebSearchSettings)[]
  active: { name: string; host: string } | null
  problem: string | null
}
