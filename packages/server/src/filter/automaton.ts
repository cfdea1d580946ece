import { type Beside, type CharSet, EDGE, hasCharacter, kindOf, OTHER, WORD } from './char-set.ts'
import type { PatternNode } from './parse-pattern.ts'

type Step =
  | { op: 'set'; set: CharSet; next: number }
  | { op: 'split'; next: number; other: number }
  | { op: 'assert'; at: Extract<PatternNode, { kind: 'assert' }>['at']; next: number }
  | { op: 'accept'; rule: number }

/** What a place can be, given what stands behind it. `accepts`: numbers of the rules that a match of ends here. */
type Closure = { sets: number[]; accepts: readonly number[] | null }

/** Where matching that began at one place stands. Known ways on are kept: to follow one is a look into an array. */
export type State = {
  readonly steps: readonly number[]
  readonly before: Beside
  readonly closures: (Closure | undefined)[]
  /** By code points below 128; null: no match can come of it. */
  readonly next: (State | null | undefined)[]
  readonly beyond: Map<number, State | null>
}

/** Steps of all patterns together. */
const mostSteps = 60_000
/** States that are remembered; more begin anew. */
const mostStates = 4_000
const mostBeyond = 200

/** A rule's patterns grew too large. */
export class AutomatonTooLarge extends Error {}

/**
 * All patterns of a rule set as one machine, which reads a text character by character and never goes back. A state is made when it is
 * first needed, as in RE2; `work` counts what making them cost, so that whoever feeds it can bound that.
 */
export class Automaton {
  /** Steps looked at while making states. */
  work = 0
  readonly #steps: Step[] = []
  readonly #entry: number
  #states = new Map<string, State>()
  #starts: State[]

  /** @throws AutomatonTooLarge */
  constructor(patterns: readonly { node: PatternNode; rule: number }[]) {
    let entry = -1
    for (const { node, rule } of patterns) {
      const start = this.#build(node, this.#add({ op: 'accept', rule }))
      entry = entry === -1 ? start : this.#add({ op: 'split', next: start, other: entry })
    }
    this.#entry = entry
    this.#starts = this.#makeStarts()
  }

  /** A match that begins behind what `before` says. */
  start(before: Beside): State {
    return this.#starts[before]!
  }

  /** The state behind `code`; null where nothing can match any more. */
  step(state: State, code: number): State | null {
    const known = code < 128 ? state.next[code] : state.beyond.get(code)
    if (known !== undefined) return known
    const next = this.#make(state, code)
    if (code < 128) state.next[code] = next
    else {
      if (state.beyond.size >= mostBeyond) state.beyond.clear()
      state.beyond.set(code, next)
    }
    return next
  }

  /** Rules of which a match ends at this place, if what `behind` says follows. */
  accepts(state: State, behind: Beside): readonly number[] | null {
    return (state.closures[behind] ?? this.#close(state, behind)).accepts
  }

  #makeStarts(): State[] {
    const steps = this.#entry === -1 ? [] : [this.#entry]
    return ([EDGE, WORD, OTHER] as const).map((before) => this.#intern(steps, before))
  }

  #make(state: State, code: number): State | null {
    const kind = kindOf(code)
    const { sets } = state.closures[kind] ?? this.#close(state, kind)
    const next = new Set<number>()
    for (const id of sets) {
      const step = this.#steps[id]!
      if (step.op === 'set' && hasCharacter(step.set, code)) next.add(step.next)
    }
    this.work += sets.length + next.size + 1
    return next.size === 0
      ? null
      : this.#intern(
          [...next].sort((a, b) => a - b),
          kind,
        )
  }

  #intern(steps: readonly number[], before: Beside): State {
    const key = `${before}:${steps.join(',')}`
    const known = this.#states.get(key)
    if (known !== undefined) return known
    // Whoever is in an old state goes on with it; nothing leads there again.
    if (this.#states.size >= mostStates) {
      this.#states = new Map()
      this.#starts = this.#makeStarts()
    }
    const state: State = { steps, before, closures: [], next: [], beyond: new Map() }
    this.#states.set(key, state)
    return state
  }

  #close(state: State, behind: Beside): Closure {
    const seen = new Set<number>()
    const sets: number[] = []
    const accepts: number[] = []
    const open = [...state.steps]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      const step = this.#steps[id]!
      if (step.op === 'set') sets.push(id)
      else if (step.op === 'accept') accepts.push(step.rule)
      else if (step.op === 'split') open.push(step.next, step.other)
      else if (holds(step.at, state.before, behind)) open.push(step.next)
    }
    this.work += seen.size
    const closure = { sets, accepts: accepts.length === 0 ? null : [...new Set(accepts)].sort((a, b) => a - b) }
    state.closures[behind] = closure
    return closure
  }

  #add(step: Step): number {
    if (this.#steps.length >= mostSteps) throw new AutomatonTooLarge()
    return this.#steps.push(step) - 1
  }

  /** Built from its end: where it goes on is known before it is made. */
  #build(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'set':
        return this.#add({ op: 'set', set: node.set, next })
      case 'assert':
        return this.#add({ op: 'assert', at: node.at, next })
      case 'seq':
        return node.items.reduceRight((after, item) => this.#build(item, after), next)
      case 'alt':
        return node.items
          .map((item) => this.#build(item, next))
          .reduce((other, each) => this.#add({ op: 'split', next: each, other }))
      case 'repeat': {
        let entry = next
        if (node.max === null) {
          const loop: Extract<Step, { op: 'split' }> = { op: 'split', next: 0, other: next }
          entry = this.#add(loop)
          loop.next = this.#build(node.node, entry)
        } else {
          for (let i = node.min; i < node.max; i += 1) {
            entry = this.#add({ op: 'split', next: this.#build(node.node, entry), other: next })
          }
        }
        for (let i = 0; i < node.min; i += 1) entry = this.#build(node.node, entry)
        return entry
      }
    }
  }
}

function holds(at: Extract<PatternNode, { kind: 'assert' }>['at'], before: Beside, behind: Beside): boolean {
  if (at === 'line-start') return before === EDGE
  if (at === 'line-end') return behind === EDGE
  return ((before === WORD) !== (behind === WORD)) === (at === 'word-edge')
}
