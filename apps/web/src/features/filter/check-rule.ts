import type { FilterRule, FilterRuleProblem } from '@reynard/protocol'
import { filterMessages as text } from '../../lib/messages-filter.ts'

/** What is wrong with a rule, by its field. */
export type RuleErrors = Partial<Record<'name' | 'match' | 'window' | 'places', string>>

/** What can be told here, and what the server said of it the last time. */
export function errorsOf(rule: FilterRule, problems: readonly FilterRuleProblem[]): RuleErrors {
  const { name, match, window, places } = rule
  const errors: RuleErrors = {}
  if (name.trim() === '' || name.length > 60 || /[\p{C}[\]<>`*_]/u.test(name)) errors.name = text.nameWrong
  if (match.kind === 'pattern' && match.pattern === '') errors.match = text.patternWrong
  if (match.kind === 'words') {
    const words = match.words.filter((word) => word.trim() !== '')
    if (words.length === 0 || words.length > 300 || words.some((word) => word.trim().length > 100)) {
      errors.match = text.wordsWrong
    }
  }
  const problem = problems.find(({ ruleId }) => ruleId === rule.id)
  if (problem && errors.match === undefined) {
    errors.match = problem.at === null ? problem.message : text.at(problem.at, problem.message)
  }
  if (!Number.isInteger(window) || window < 1 || window > 256) errors.window = text.windowWrong
  if (places.length === 0) errors.places = text.placesWrong
  return errors
}

/** As it goes to the server: without lines that are empty. */
export function tidied(rule: FilterRule): FilterRule {
  const { match } = rule
  if (match.kind === 'pattern') return { ...rule, name: rule.name.trim() }
  return {
    ...rule,
    name: rule.name.trim(),
    match: { ...match, words: match.words.filter((word) => word.trim() !== '') },
  }
}
