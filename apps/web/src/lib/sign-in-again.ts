import { errorInfoOf } from '@reynard/client'

/** Whoever is known no more (signed out elsewhere, removed, a session that ran out) signs in, and comes back to this page. */
export function signInAgain(error: unknown): void {
  if (errorInfoOf(error)?.code !== 'unauthorized' || location.pathname === '/sign-in') return
  location.assign(`/sign-in?next=${encodeURIComponent(`${location.pathname}${location.search}`)}`)
}
