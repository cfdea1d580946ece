import process from 'node:process'
import { isGone, starters } from './starters.mjs'

/**
 * Calls back when this command is to end: at Ctrl-C, SIGTERM and SIGHUP, each time, and once when whoever started us is gone, for `npm`
 * does not forward a SIGTERM, it just dies. To be called first of all: who dies before is not known.
 */
export function onEndWanted(end) {
  const watched = starters()
  const parent = process.ppid
  let told = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
  setInterval(() => {
    if (told || (process.ppid === parent && !watched.some(isGone))) return
    told = true
    end()
  }, 500).unref()
}
