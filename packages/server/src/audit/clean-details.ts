import { type CompiledPlace, compilePlace, readRules } from '../filter/compile-rules.ts'
import { filterText } from '../filter/filter-stream.ts'
import { SHIPPED_RULES } from '../filter/shipped-rules.ts'

const MOST = 300
/** Keys of ours, and whatever else is as long and as random as one: links, cookies, hashes. Ids with dashes stay. */
const OWN_SECRETS = /rey_[\w-]{8,}|(?<![\w-])(?![\da-f]{8}-[\da-f]{4}-)[\w-]{40,}(?![\w-])/g
const USER_INFO = /(?<=[a-z][a-z\d+.-]*:\/\/)[^\s/@]*@/gi
/** Parameters of an address are often keys. */
const QUERY = /(?<=[a-z][a-z\d+.-]*:\/\/[^\s?]*\?)\S+/gi
/** What a terminal, a table or a reader of CSV would obey. */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

let rules: CompiledPlace | null | undefined

/** A short text as the log may keep it: one line, and without what looks like a secret, however it came there. */
export function cleanText(text: string): string {
  const line = text
    .slice(0, 2_000)
    .replaceAll(CONTROL, ' ')
    .replaceAll(USER_INFO, '')
    .replaceAll(QUERY, '…')
    .replaceAll(OWN_SECRETS, '…')
    .trim()
  const { text: filtered, blocked } = screen(line)
  if (blocked) return '…'
  return filtered.length > MOST ? `${filtered.slice(0, MOST)}…` : filtered
}

/** What a value is shown as: what has parts as one line of JSON. */
export function shownValue(value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (value === undefined) return null
  return cleanText(typeof value === 'string' ? value : JSON.stringify(value))
}

function screen(line: string): { text: string; blocked: boolean } {
  rules ??= compilePlace(readRules(SHIPPED_RULES).read, 'input')
  if (rules === null) return { text: line, blocked: false }
  const { text, blocked } = filterText(rules, line)
  return { text, blocked: blocked !== null }
}
