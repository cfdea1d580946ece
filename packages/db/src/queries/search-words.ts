/** A person's query as plain words; nothing in it is syntax. */
export type SearchWords = {
  /** Lower case, without accents: to mark what was found. The last one is matched as a beginning. */
  words: string[]
  /**
   * The same words as they were typed, for the index: each database folds texts in its own way, and does the same to these. What is
   * folded here would be found by neither where they leave a letter whole (й, ή, 한).
   */
  typed: string[]
  /** The query as it stands, where words can't be cut: scripts without spaces, or signs alone. */
  literal: string | null
}

const word = /[\p{L}\p{N}\p{M}]+/gu
const scriptWithoutSpaces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u
const mostWords = 20
const longestWord = 100
const longestLiteral = 200
const contextBefore = 60
const snippetLength = 200

/** Cuts a query into words. Null when there is nothing to look for. */
export function toSearchWords(query: string): SearchWords | null {
  const literal = clean(query)
  if (literal === '') return null
  const typed = (literal.match(word) ?? [])
    .map((text) => text.slice(0, longestWord))
    .filter((text) => fold(text) !== '')
  if (typed.length === 0 || scriptWithoutSpaces.test(literal)) return asLiteral(query)
  const some = typed.slice(0, mostWords)
  return { words: some.map(fold), typed: some, literal: null }
}

/** The query as it stands, wherever it is in a text, also within a word. */
export function asLiteral(query: string): SearchWords {
  return { words: [], typed: [], literal: clean(query).slice(0, longestLiteral) }
}

/** The query before it is normalised: texts are kept as they came, and some letters are never put together again. Null: no difference. */
export function asTypedLiteral(query: string): string | null {
  const typed = query.replaceAll('\0', '').trim()
  return typed === clean(query) ? null : typed.slice(0, longestLiteral)
}

function clean(query: string): string {
  return query.normalize('NFC').replaceAll('\0', '').trim()
}

/**
 * The part of a text around its first match, on one line, with each match between \u0001 and \u0002. The same for both dialects: their
 * own functions cut and mark differently, and Postgres' does not see through accents.
 */
export function markSnippet(text: string, search: SearchWords): string {
  const plain = text.replaceAll('\u0001', ' ').replaceAll('\u0002', ' ')
  const first = matches(plain, search).next()
  const from = first.done ? 0 : startOfWord(plain, first.value.start - contextBefore)
  const part = plain.slice(from, from + snippetLength)
  let marked = ''
  let end = 0
  for (const match of matches(part, search)) {
    marked += `${part.slice(end, match.start)}\u0001${part.slice(match.start, match.end)}\u0002`
    end = match.end
  }
  marked += part.slice(end)
  const line = marked.replaceAll(/\s+/g, ' ').trim()
  return `${from > 0 ? '…' : ''}${line}${from + snippetLength < plain.length ? '…' : ''}`
}

/** Where in a text the first word stands that begins like one of the query's; 0 where none does. */
export function firstMatch(text: string, { typed, literal }: SearchWords): number {
  if (literal !== null) return Math.max(0, text.toLowerCase().indexOf(literal.toLowerCase()))
  const beginnings = typed.map(fold)
  for (const match of text.matchAll(word)) {
    const folded = fold(match[0])
    if (beginnings.some((beginning) => folded.startsWith(beginning))) return match.index
  }
  return 0
}

function* matches(text: string, { words, literal }: SearchWords): Generator<{ start: number; end: number }> {
  if (literal !== null) {
    const lower = text.toLowerCase()
    const wanted = literal.toLowerCase()
    for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, at + wanted.length)) {
      yield { start: at, end: at + wanted.length }
    }
    return
  }
  const whole = new Set(words)
  const beginning = words.at(-1) ?? ''
  for (const match of text.matchAll(word)) {
    const folded = fold(match[0])
    if (whole.has(folded) || folded.startsWith(beginning))
      yield { start: match.index, end: match.index + match[0].length }
  }
}

function startOfWord(text: string, at: number): number {
  if (at <= 0) return 0
  const blank = text.indexOf(' ', at)
  return blank === -1 || blank > at + 30 ? at : blank + 1
}

function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ς', 'σ')
}
