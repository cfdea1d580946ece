import type { AccessMode } from '@reynard/protocol'
import type { Caller } from '../access/access.ts'

/** Pages for those who are not in yet. */
const ENTRANCES = new Set(['/sign-in', '/join', '/reset'])
/** Pieces of pages: code and pictures of ours, the same for everybody. */
const ASSET = /^\/(_next\/|icon\.svg$|favicon\.ico$)/

/** Where somebody who asks for a page is sent instead; null: they may see it. What pages show they ask for by calls, which ask again. */
export function pageRedirect(
  mode: AccessMode,
  path: string,
  identify: () => Caller | null | Promise<Caller | null>,
): string | null | Promise<string | null> {
  if (ASSET.test(path)) return null
  if (mode === 'local') return ENTRANCES.has(path) ? '/' : null
  if (mode === 'unclaimed') return path === '/set-up' ? null : '/set-up'
  if (ENTRANCES.has(path)) return null
  const caller = identify()
  return caller instanceof Promise ? caller.then((found) => elsewhere(path, found)) : elsewhere(path, caller)
}

function elsewhere(path: string, caller: Caller | null): string | null {
  if (caller === null) return path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`
  return path === '/set-up' ? '/' : null
}
