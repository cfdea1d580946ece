import { errorInfoOf } from '@reynard/client'

let isLeaving = false

/** Says that this page is about to sign out, so that the end of its own session is no surprise; false where that failed. */
export function expectSignOut(isExpected: boolean): void {
  isLeaving = isExpected
}

/** Whoever is known no more (signed out elsewhere, removed, a session that ran out) signs in, and comes back to this page. */
export function signInAgain(error: unknown): void {
  if (isLeaving || errorInfoOf(error)?.code !== 'unauthorized' || location.pathname === '/sign-in') return
  location.assign(`/sign-in?next=${encodeURIComponent(`${location.pathname}${location.search}`)}`)
}
