import { type CharSet, DIGITS, SPACES, setOf, WORD_CHARACTERS, without } from './char-set.ts'

/** A pattern as a tree. `max` null: without end. */
export type PatternNode =
  | { kind: 'set'; set: CharSet }
  | { kind: 'seq'; items: PatternNode[] }
  | { kind: 'alt'; items: PatternNode[] }
  | { kind: 'repeat'; node: PatternNode; min: number; max: number | null }
  | { kind: 'assert'; at: 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge' }

/** What is wrong with a pattern. `at`: the character where, counted from 0. */
export class PatternError extends Error {
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.name = 'PatternError'
    this.at = at
  }
}

/** No match is longer than the longest window. */
const mostTimes = 256
const deepest = 40
const controls: Record<string, number> = { t: 9, n: 10, v: 11, f: 12, r: 13 }
const classes: Record<string, CharSet> = {
  d: DIGITS,
  D: without(DIGITS),
  w: WORD_CHARACTERS,
  W: without(WORD_CHARACTERS),
  s: SPACES,
  S: without(SPACES),
}

/**
 * Reads the part of the usual syntax that a text can be searched for in one go: classes, groups, alternatives, repetition, `^`, `$`
 * (of lines), `\b` and `\B`. What would need to go back over the text (back references, looking ahead or behind) is refused.
 * @throws PatternError with the place
 */
export function parsePattern(pattern: string, ignoreCase: boolean): PatternNode {
  const parser = new Parser(pattern, ignoreCase)
  const node = parser.alternatives(0)
  if (!parser.isDone) throw new PatternError(parser.at, 'This ")" closes no group.')
  if (isEmptyPossible(node)) throw new PatternError(0, 'This matches an empty text too, so it would match everywhere.')
  return node
}

/** Whether no character at all can be a match. */
function isEmptyPossible(node: PatternNode): boolean {
  switch (node.kind) {
    case 'set':
      return false
    case 'assert':
      return true
    case 'seq':
      return node.items.every(isEmptyPossible)
    case 'alt':
      return node.items.some(isEmptyPossible)
    case 'repeat':
      return node.min === 0 || isEmptyPossible(node.node)
  }
}

class Parser {
  at = 0
  readonly #pattern: string
  readonly #fold: boolean

  constructor(pattern: string, fold: boolean) {
    this.#pattern = pattern
    this.#fold = fold
  }

  get isDone(): boolean {
    return this.at >= this.#pattern.length
  }

  get #next(): string {
    return this.#pattern[this.at] ?? ''
  }

  alternatives(depth: number): PatternNode {
    if (depth > deepest) throw new PatternError(this.at, `Groups are nested at most ${deepest} deep.`)
    const items = [this.#sequence(depth)]
    while (this.#next === '|') {
      this.at += 1
      items.push(this.#sequence(depth))
    }
    return items.length === 1 ? items[0]! : { kind: 'alt', items }
  }

  #sequence(depth: number): PatternNode {
    const items: PatternNode[] = []
    while (!this.isDone && this.#next !== '|' && this.#next !== ')') items.push(this.#repeated(this.#atom(depth)))
    return items.length === 1 ? items[0]! : { kind: 'seq', items }
  }

  #repeated(node: PatternNode): PatternNode {
    const at = this.at
    const times = this.#times()
    if (times === null) return node
    const [min, max] = times
    if (node.kind === 'assert') throw new PatternError(at, 'There is nothing here that could be repeated.')
    if (Math.max(min, max ?? 0) > mostTimes)
      throw new PatternError(at, `Nothing is repeated more than ${mostTimes} times.`)
    if (max !== null && max < min) throw new PatternError(at, 'The second number is smaller than the first.')
    // Which of several matches comes first makes no difference: the longest counts.
    if (this.#next === '?') this.at += 1
    if (this.#next === '+') throw new PatternError(this.at, 'Possessive repetition ("++") is not supported.')
    if (this.#times() !== null) throw new PatternError(at, 'There is nothing here that could be repeated.')
    return { kind: 'repeat', node, min, max }
  }

  #times(): [number, number | null] | null {
    const sign = this.#next
    if (sign === '*' || sign === '+' || sign === '?') {
      this.at += 1
      return [sign === '+' ? 1 : 0, sign === '?' ? 1 : null]
    }
    const counted = /^\{(\d{1,6})(,(\d{1,6})?)?\}/.exec(this.#pattern.slice(this.at, this.at + 16))
    if (counted === null) return null
    this.at += counted[0].length
    const min = Number(counted[1])
    if (counted[2] === undefined) return [min, min]
    return [min, counted[3] === undefined ? null : Number(counted[3])]
  }

  #atom(depth: number): PatternNode {
    const at = this.at
    const sign = this.#next
    switch (sign) {
      case '(':
        return this.#group(depth)
      case '[':
        return { kind: 'set', set: this.#class() }
      case '\\':
        return this.#escaped()
      case '.':
        this.at += 1
        return { kind: 'set', set: { ranges: [10, 10, 13, 13], negated: true, fold: false } }
      case '^':
      case '$':
        this.at += 1
        return { kind: 'assert', at: sign === '^' ? 'line-start' : 'line-end' }
      case '*':
      case '+':
      case '?':
        throw new PatternError(at, `Nothing stands before this "${sign}" that could be repeated.`)
      default:
        return this.#literal(this.#codePoint())
    }
  }

  #literal(code: number): PatternNode {
    return { kind: 'set', set: { ranges: [code, code], negated: false, fold: this.#fold } }
  }

  #codePoint(): number {
    const code = this.#pattern.codePointAt(this.at) ?? 0
    this.at += code > 0xffff ? 2 : 1
    return code
  }

  #group(depth: number): PatternNode {
    const at = this.at
    this.at += 1
    if (this.#next === '?') {
      const rest = this.#pattern.slice(this.at)
      if (/^\?<?[=!]/.test(rest)) throw new PatternError(at, 'Looking ahead or behind is not supported.')
      const head = /^\?(:|<[A-Za-z_]\w{0,40}>)/.exec(rest)
      if (head === null) throw new PatternError(at, 'Groups begin with "(" or "(?:"; other kinds are not supported.')
      this.at += head[0].length
    }
    const inner = this.alternatives(depth + 1)
    if (this.#next !== ')') throw new PatternError(at, 'This group is not closed.')
    this.at += 1
    return inner
  }

  #escaped(): PatternNode {
    const letter = this.#pattern[this.at + 1]
    if (letter === 'b' || letter === 'B') {
      this.at += 2
      return { kind: 'assert', at: letter === 'b' ? 'word-edge' : 'no-word-edge' }
    }
    const found = this.#escape()
    return typeof found === 'number' ? this.#literal(found) : { kind: 'set', set: found }
  }

  /** A class, or the one character that is meant. */
  #escape(): CharSet | number {
    const at = this.at
    const letter = this.#pattern[at + 1]
    if (letter === undefined) throw new PatternError(at, 'A character is missing behind this "\\".')
    this.at += 2
    const set = classes[letter]
    if (set !== undefined) return set
    const control = controls[letter]
    if (control !== undefined) return control
    const hex = /^\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\})/.exec(
      this.#pattern.slice(at, at + 12),
    )
    if (hex !== null) {
      const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16)
      if (code > 0x10ffff) throw new PatternError(at, 'There is no such character.')
      this.at = at + hex[0].length
      return code
    }
    if (/[1-9k]/.test(letter)) throw new PatternError(at, 'Referring back to a group is not supported.')
    if (/[A-Za-z0-9]/.test(letter)) throw new PatternError(at, `"\\${letter}" is not supported.`)
    this.at = at + 1
    return this.#codePoint()
  }

  #class(): CharSet {
    const at = this.at
    this.at += 1
    const negated = this.#next === '^'
    if (negated) this.at += 1
    const ranges: number[] = []
    let isFirst = true
    for (;;) {
      if (this.isDone) throw new PatternError(at, 'This class is not closed.')
      if (this.#next === ']' && !isFirst) break
      if (this.#next === ']') throw new PatternError(at, 'This class is empty. Write "\\]" for a bracket in it.')
      isFirst = false
      const from = this.#member()
      const isRange = this.#next === '-' && this.at + 1 < this.#pattern.length && this.#pattern[this.at + 1] !== ']'
      if (typeof from !== 'number') {
        ranges.push(...setOf(from))
        continue
      }
      if (!isRange) {
        ranges.push(from, from)
        continue
      }
      const dash = this.at
      this.at += 1
      const to = this.#member()
      if (typeof to !== 'number') throw new PatternError(dash, 'A range ends with one character.')
      if (to < from) throw new PatternError(dash, 'This range goes backwards.')
      ranges.push(from, to)
    }
    this.at += 1
    return { ranges, negated, fold: this.#fold }
  }

  #member(): CharSet | number {
    if (this.#next !== '\\') return this.#codePoint()
    if (this.#pattern[this.at + 1] === 'b') {
      this.at += 2
      return 8
    }
    return this.#escape()
  }
}
