import { accountMessages as text } from '../../lib/messages-accounts.ts'

const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })

/** Day and time of a moment in UTC milliseconds. */
export const formatDate = (at: number) => date.format(at)

const BROWSERS = [
  ['Edg', 'Edge'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'Mac'],
  ['Linux', 'Linux'],
] as const

/** “Firefox on Linux”, as far as a browser tells. */
export function browserName(userAgent: string): string {
  const browser = BROWSERS.find(([word]) => userAgent.includes(word))?.[1]
  const system = SYSTEMS.find(([word]) => userAgent.includes(word))?.[1]
  if (browser === undefined) return userAgent.slice(0, 60) || text.unknownBrowser
  return system === undefined ? browser : `${browser} on ${system}`
}
