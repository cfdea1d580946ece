import { LONGEST_FILTER_WINDOW } from '@reynard/protocol'
import type { CompiledPlace, CompiledRule } from './compile-rules.ts'
import { type Match, Scanner } from './scanner.ts'

/** How often a rule did something. */
export type Hits = Map<CompiledRule, number>

/** `rule` null: the rules would have cost too much on this text, so nothing more of it goes on. */
export type Blocked = { rule: CompiledRule | null }

/** What stands in the place of what a rule took out. */
function markOf(rule: Pick<CompiledRule, 'name'>): string {
  return `[redacted: ${rule.name}]`
}

/**
 * Filters a text that comes in pieces. Everything that is part of any match of a redacting rule is taken out; matches that overlap share
 * one mark. What can become part of a match is held back, never more than the largest window of the rules, and nothing where nothing
 * can. A block ends it: what was held back is gone.
 */
export class FilterStream {
  blocked: Blocked | null = null
  readonly hits: Hits = new Map()
  readonly #acting: Scanner | null
  readonly #looking: Scanner | null
  /** The text from `#base` on. */
  #text = ''
  #base = 0
  /** Read up to here. */
  #at = 0
  /** Given out, or taken out, up to here. */
  #out = 0
  /** Nothing goes on from here. */
  #end = Number.POSITIVE_INFINITY
  /** The end of what was taken out last. */
  #takenTo = -1
  #pending: Match[] = []
  #given = ''
  readonly #lookedTo = new Map<CompiledRule, number>()

  constructor({ acting, looking }: CompiledPlace) {
    const between = (start: number, end: number) => this.#text.slice(start - this.#base, end - this.#base)
    this.#acting = acting && new Scanner(acting, (match) => this.#found(match), between)
    this.#looking = looking && new Scanner(looking, (match) => this.#seen(match), between)
  }

  /** A stream behind what was given out already: what begins there and ends here is found. */
  static behind(place: CompiledPlace, before: string): FilterStream {
    const stream = new FilterStream(place)
    const tail = before.slice(-LONGEST_FILTER_WINDOW)
    stream.#text = tail
    stream.#out = tail.length
    stream.#read(tail.length)
    stream.hits.clear()
    // What stands there can't be called back, and says nothing of what comes.
    return stream.blocked === null ? stream : new FilterStream(place)
  }

  /** Characters that are held back. */
  get held(): number {
    return this.#base + this.#text.length - this.#out
  }

  /** The next piece. Returns what may go on now. */
  push(piece: string): string {
    if (this.blocked !== null) return ''
    this.#text += piece
    const end = this.#base + this.#text.length
    const last = this.#text.charCodeAt(this.#text.length - 1)
    // Half a character waits for its other half.
    return this.#read(last >= 0xd800 && last <= 0xdbff ? end - 1 : end)
  }

  /** The text is over. Returns the rest of it. */
  end(): string {
    if (this.blocked !== null) return ''
    const rest = this.#read(this.#base + this.#text.length)
    if (this.blocked !== null) return rest
    this.#acting?.end(this.#at)
    this.#looking?.end(this.#at)
    return rest + this.#settle()
  }

  #read(end: number): string {
    while (this.#at < end && this.blocked === null) {
      const code = this.#text.codePointAt(this.#at - this.#base)!
      this.#acting?.read(code, this.#at)
      this.#looking?.read(code, this.#at)
      this.#at += code > 0xffff ? 2 : 1
      if (this.#acting?.isOverrun === true) this.blocked ??= { rule: null }
    }
    return this.#settle()
  }

  #found(match: Match): void {
    if (match.rule.action === 'block') {
      if (this.blocked === null) this.#count(match.rule)
      this.blocked ??= { rule: match.rule }
      this.#end = Math.min(this.#end, match.start)
      return
    }
    const index = this.#pending.findLastIndex(({ start }) => start <= match.start)
    this.#pending.splice(index + 1, 0, match)
  }

  #seen({ rule, start, end }: Match): void {
    const to = this.#lookedTo.get(rule) ?? -1
    if (start >= to) this.#count(rule)
    this.#lookedTo.set(rule, Math.max(to, end))
  }

  #count(rule: CompiledRule): void {
    this.hits.set(rule, (this.hits.get(rule) ?? 0) + 1)
  }

  /** Gives out what nothing can take out any more. */
  #settle(): string {
    const limit = this.#limit()
    let done = 0
    for (const { rule, start, end } of this.#pending) {
      if (start > limit) break
      done += 1
      if (start >= this.#takenTo) {
        this.#give(start)
        this.#given += markOf(rule)
        this.#count(rule)
      }
      this.#takenTo = Math.max(this.#takenTo, end)
      this.#out = Math.max(this.#out, end)
    }
    if (done > 0) this.#pending = this.#pending.slice(done)
    this.#give(limit)
    const needed = Math.min(this.#out, limit, this.#looking?.oldest(this.#at) ?? this.#at)
    if (needed > this.#base) {
      this.#text = this.#text.slice(needed - this.#base)
      this.#base = needed
    }
    const given = this.#given
    this.#given = ''
    return given
  }

  /** A place that no match will reach back over. */
  #limit(): number {
    return Math.min(this.#end, this.#acting?.oldest(this.#at) ?? this.#at)
  }

  #give(to: number): void {
    if (to <= this.#out) return
    this.#given += this.#text.slice(this.#out - this.#base, to - this.#base)
    this.#out = to
  }
}

/** What becomes of a text that is there as a whole. */
export function filterText(place: CompiledPlace, text: string): { text: string; blocked: Blocked | null; hits: Hits } {
  const stream = new FilterStream(place)
  const filtered = stream.push(text) + stream.end()
  return { text: filtered, blocked: stream.blocked, hits: stream.hits }
}
