import type { WebAccess, WebCall } from '@reynard/agent'
import { type SafeFetchOptions, SandboxError, safeFetch } from '@reynard/sandbox'
import type { SearchSettings } from './search-settings.ts'

/** Reading what a page says is worth more than this only to a person, in a browser. */
const maxBytes = 10 << 20
/** So much earlier than the call ends what it waits for: then it is told who did not answer. Milliseconds. */
const marginMs = 500
/** Nobody waits longer than this for one answer of the web, whatever a tool was given. Milliseconds. */
const mostMs = 300_000
const accept = 'text/html,application/xhtml+xml,text/plain;q=0.9,application/pdf;q=0.8,*/*;q=0.5'

/** Names and addresses of a test's own. */
export type WebNetwork = Pick<SafeFetchOptions, 'resolve' | 'policy'>

/** What tools may reach of the web. `network`: only tests give it. */
export function createWebAccess(settings: Pick<SearchSettings, 'chosen'>, network: WebNetwork = {}): WebAccess {
  return {
    searchEngine(language) {
      const chosen = settings.chosen()
      if ('problem' in chosen) return null
      const { name, whole, hostFor } = chosen.engine
      return { name, whole, host: hostFor(language) }
    },
    async search(query, call) {
      const chosen = settings.chosen()
      if ('problem' in chosen) throw new SandboxError('unavailable', chosen.problem)
      return await chosen.engine.search(query, within(call))
    },
    fetchPage: (url, call) =>
      safeFetch(url, { ...network, ...within(call), maxBytes, headers: { accept }, mayFollow: isSameSite }),
  }
}

function within({ timeoutMs, signal }: WebCall): WebCall {
  return { timeoutMs: Math.min(mostMs, Math.max(timeoutMs - marginMs, timeoutMs / 2)), signal }
}

/** A person said yes to one host: another one would hear of it unasked. With and without www is one site. */
function isSameSite(to: URL, from: URL): boolean {
  const site = ({ hostname }: URL) => hostname.replace(/^www\./, '')
  return site(to) === site(from) && (to.protocol === 'https:' || from.protocol === 'http:')
}
