import process from 'node:process'
import { isGone, starters } from './starters.mjs'

/** One Ctrl-C or SIGTERM may come twice, to our whole group and again by way of who started us; nobody asks twice this fast. Milliseconds. */
const sameWishMs = 250

/**
 * Calls back when this command is to end: at Ctrl-C, SIGTERM and SIGHUP, each time, and else once when whoever started us is gone, for
 * `npm` does not forward a SIGTERM, it just dies. To be called first of all: who dies before is not known.
 */
export function onEndWanted(end) {
  const watched = starters()
  const parent = process.ppid
  let wantedAt = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = performance.now()
      if (wantedAt !== null && now - wantedAt < sameWishMs) return
      wantedAt ??= now
      end()
    })
  }
  setInterval(() => {
    // A signal to the whole group takes our starter as well: that it is gone is then no second wish, which would be for an end at once.
    if (wantedAt !== null || (process.ppid === parent && !watched.some(isGone))) return
    wantedAt = performance.now()
    end()
  }, 500).unref()
}
