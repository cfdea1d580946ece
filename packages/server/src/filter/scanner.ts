import type { State } from './automaton.ts'
import { type Beside, EDGE, kindOf } from './char-set.ts'
import type { CompiledRule, CompiledRules } from './compile-rules.ts'

/** A piece of text that a rule matches: from `start` up to before `end`, counted from the beginning of the stream. */
export type Match = { rule: CompiledRule; start: number; end: number }

/** What began at `start` and may still become a match, or a longer one. `ends`: where matches of it ended so far, by rule. */
type Thread = { start: number; state: State; ends: Map<number, number> | null }

/** What making states may cost: once, and per character. Far above what rules as people write them need. */
const workAtOnce = 2_000_000
const workPerCharacter = 300

/**
 * Finds every match of no more than its rule's window, wherever it begins, in a text that comes in pieces. It reads each character once,
 * so how the text is cut makes no difference. Of matches that begin at one place the longest counts.
 */
export class Scanner {
  /** Rules that would cost too much on this text. Nothing more is found. */
  isOverrun = false
  readonly #rules: CompiledRules
  readonly #found: (match: Match) => void
  readonly #textBetween: (start: number, end: number) => string
  #threads: Thread[] = []
  #before: Beside = EDGE
  #workLeft = workAtOnce

  constructor(
    rules: CompiledRules,
    found: (match: Match) => void,
    textBetween: (start: number, end: number) => string,
  ) {
    this.#rules = rules
    this.#found = found
    this.#textBetween = textBetween
  }

  /** From here on a match may still come; `otherwise` where none may. */
  oldest(otherwise: number): number {
    return this.#threads[0]?.start ?? otherwise
  }

  /** The character at `at`. */
  read(code: number, at: number): void {
    const { automaton, window } = this.#rules
    const workBefore = automaton.work
    const behind = kindOf(code)
    const to = at + (code > 0xffff ? 2 : 1)
    if (this.#threads.length > 0) {
      let kept = 0
      const threads = this.#threads
      for (const thread of threads) {
        this.#accept(thread, at, behind)
        const state = to - thread.start <= window ? automaton.step(thread.state, code) : null
        if (state === null) this.#ended(thread)
        else {
          thread.state = state
          threads[kept] = thread
          kept += 1
        }
      }
      threads.length = kept
    }
    const begun = automaton.step(automaton.start(this.#before), code)
    if (begun !== null) this.#threads.push({ start: at, state: begun, ends: null })
    this.#before = behind
    this.#workLeft += workPerCharacter - (automaton.work - workBefore)
    if (this.#workLeft < 0) this.isOverrun = true
  }

  /** The text ends at `at`. */
  end(at: number): void {
    for (const thread of this.#threads) {
      this.#accept(thread, at, EDGE)
      this.#ended(thread)
    }
    this.#threads = []
    this.#before = EDGE
  }

  #accept(thread: Thread, at: number, behind: Beside): void {
    const accepted = this.#rules.automaton.accepts(thread.state, behind)
    if (accepted === null) return
    for (const number of accepted) {
      const { window, check, action } = this.#rules.rules[number]!
      if (at - thread.start > window) continue
      if (check !== null) {
        this.#workLeft -= at - thread.start
        if (!check(this.#textBetween(thread.start, at))) continue
      }
      // A block need not wait for a longer match.
      if (action === 'block') this.#found({ rule: this.#rules.rules[number]!, start: thread.start, end: at })
      thread.ends ??= new Map()
      thread.ends.set(number, at)
    }
  }

  #ended({ start, ends }: Thread): void {
    if (ends === null) return
    for (const [number, end] of ends) {
      const rule = this.#rules.rules[number]!
      if (rule.action !== 'block') this.#found({ rule, start, end })
    }
  }
}
