/** Characters by their code points: pairs of first and last, not sorted. `fold`: in either case. */
export type CharSet = { ranges: readonly number[]; negated: boolean; fold: boolean }

const last = 0x10ffff

const plain = (...ranges: number[]): CharSet => ({ ranges, negated: false, fold: false })

export const DIGITS = plain(0x30, 0x39)
export const WORD_CHARACTERS = plain(0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a)
export const SPACES = plain(
  ...[9, 13, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff],
)

/** All other characters. */
export function without(set: CharSet): CharSet {
  return { ...set, negated: !set.negated }
}

/** The set as plain ranges, to be put into another one. */
export function setOf({ ranges, negated }: CharSet): number[] {
  if (!negated) return [...ranges]
  const pairs: [number, number][] = []
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i]!, ranges[i + 1]!])
  pairs.sort((a, b) => a[0] - b[0])
  const rest: number[] = []
  let from = 0
  for (const [first, end] of pairs) {
    if (first > from) rest.push(from, first - 1)
    from = Math.max(from, end + 1)
  }
  if (from <= last) rest.push(from, last)
  return rest
}

export function hasCharacter({ ranges, negated, fold }: CharSet, code: number): boolean {
  const isThere = within(ranges, code) || (fold && otherCases(code).some((other) => within(ranges, other)))
  return isThere !== negated
}

function within(ranges: readonly number[], code: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) if (code >= ranges[i]! && code <= ranges[i + 1]!) return true
  return false
}

/** The same letter in its other cases, where each is one character. */
function otherCases(code: number): number[] {
  const letter = String.fromCodePoint(code)
  return [letter.toLowerCase(), letter.toUpperCase()].flatMap((other) => {
    const found = other.codePointAt(0)
    return found === undefined || found === code || String.fromCodePoint(found) !== other ? [] : [found]
  })
}

/** What stands beside a place, as `^`, `$` and `\b` see it. The end of a text counts as the end of a line. */
export const EDGE = 0
export const WORD = 1
export const OTHER = 2
export type Beside = typeof EDGE | typeof WORD | typeof OTHER

const wordBeyondAscii = /[\p{L}\p{N}\p{M}]/u

const asciiKinds: readonly Beside[] = Array.from({ length: 128 }, (_, code) => {
  if (code === 10 || code === 13) return EDGE
  return within(WORD_CHARACTERS.ranges, code) ? WORD : OTHER
})

export function kindOf(code: number): Beside {
  if (code < 128) return asciiKinds[code]!
  return wordBeyondAscii.test(String.fromCodePoint(code)) ? WORD : OTHER
}
