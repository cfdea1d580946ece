import type { FilterAction, FilterPlace, FilterRule, FilterRuleProblem } from '@reynard/protocol'
import { Automaton, AutomatonTooLarge } from './automaton.ts'
import { kindOf, WORD } from './char-set.ts'
import { PatternError, type PatternNode, parsePattern } from './parse-pattern.ts'

/** A rule as a stream asks for it. `check`: what else must be true of a match. */
export type CompiledRule = {
  id: string
  name: string
  action: FilterAction
  window: number
  check: ((match: string) => boolean) | null
}

/** The rules of one kind as one machine. */
export type CompiledRules = { automaton: Automaton; rules: readonly CompiledRule[]; window: number }

/** The rules for one place: those that change or end a text, and those that only look. Null: there are none. */
export type CompiledPlace = { acting: CompiledRules | null; looking: CompiledRules | null }

/** A rule that comes with Reynard may demand more of a match than its pattern says. */
export type CheckedRule = FilterRule & { check?: (match: string) => boolean }

/** Steps of one rule; a word of ten letters has twelve. */
const mostStepsOfRule = 20_000

type Read = { rule: CheckedRule; node: PatternNode }

/** Reads all rules, or says of each that can't be used what is wrong and where. */
export function readRules(rules: readonly CheckedRule[]): { read: Read[]; problems: FilterRuleProblem[] } {
  const read: Read[] = []
  const problems: FilterRuleProblem[] = []
  for (const rule of rules) {
    try {
      const node = nodeOf(rule)
      if (sizeOf(node) > mostStepsOfRule) throw new AutomatonTooLarge()
      read.push({ rule, node })
    } catch (error) {
      if (error instanceof PatternError) problems.push({ ruleId: rule.id, at: error.at, message: error.message })
      else if (error instanceof AutomatonTooLarge) problems.push({ ruleId: rule.id, at: null, message: tooLarge })
      else throw error
    }
  }
  if (problems.length === 0 && read.reduce((sum, { node }) => sum + sizeOf(node), 0) > 2 * mostStepsOfRule) {
    problems.push({ ruleId: rules.at(-1)?.id ?? '', at: null, message: 'All rules together are too large.' })
  }
  return { read, problems }
}

const tooLarge = 'This is too large: its repetitions multiply. Make them shorter, or nest fewer of them.'

/** The machines for one place. Rules that are off, or for other places, cost nothing. */
export function compilePlace(read: readonly Read[], place: FilterPlace): CompiledPlace | null {
  const here = read.filter(({ rule }) => rule.enabled && rule.places.includes(place))
  if (here.length === 0) return null
  const acting = here.filter(({ rule }) => rule.action !== 'flag')
  const looking = here.filter(({ rule }) => rule.action === 'flag')
  return { acting: compile(acting), looking: compile(looking) }
}

function compile(read: readonly Read[]): CompiledRules | null {
  if (read.length === 0) return null
  return {
    automaton: new Automaton(read.map(({ node }, rule) => ({ node, rule }))),
    rules: read.map(({ rule: { id, name, action, window, check } }) => ({
      ...{ id, name, action, window },
      check: check ?? null,
    })),
    window: Math.max(...read.map(({ rule }) => rule.window)),
  }
}

function nodeOf({ match, ignoreCase }: FilterRule): PatternNode {
  if (match.kind === 'pattern') return parsePattern(match.pattern, ignoreCase)
  return { kind: 'alt', items: match.words.map((word) => wordNode(word, ignoreCase)) }
}

/** A word, not a part of a longer one. */
function wordNode(word: string, fold: boolean): PatternNode {
  const codes = [...word].map((letter) => letter.codePointAt(0) ?? 0)
  const edge: PatternNode = { kind: 'assert', at: 'word-edge' }
  return {
    kind: 'seq',
    items: [
      ...(kindOf(codes[0]!) === WORD ? [edge] : []),
      ...codes.map((code): PatternNode => ({ kind: 'set', set: { ranges: [code, code], negated: false, fold } })),
      ...(kindOf(codes.at(-1)!) === WORD ? [edge] : []),
    ],
  }
}

/** Steps that it will have, told before they are made: repetitions within repetitions multiply. */
function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case 'set':
    case 'assert':
      return 1
    case 'seq':
      return node.items.reduce((sum, item) => sum + sizeOf(item), 0)
    case 'alt':
      return node.items.reduce((sum, item) => sum + sizeOf(item) + 1, 0)
    case 'repeat':
      return (sizeOf(node.node) + 1) * Math.max(1, node.min + (node.max === null ? 1 : node.max - node.min))
  }
}
