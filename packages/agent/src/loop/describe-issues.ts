import type { z } from 'zod'

const most = 6

/** What is wrong with the arguments of a call, in words that a model can act on. `given`: what it wrote. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], given: unknown): string {
  const lines = issues.slice(0, most).map((issue) => describe(issue, given))
  if (issues.length > most) lines.push(`and ${issues.length - most} more`)
  return `${lines.join('; ')}.`
}

function describe(issue: z.core.$ZodIssue, given: unknown): string {
  const name = issue.path.length === 0 ? 'the arguments' : `\`${issue.path.join('.')}\``
  switch (issue.code) {
    case 'invalid_type':
      return valueAt(given, issue.path) === undefined
        ? `${name} is missing (${article(issue.expected)} is needed)`
        : `${name} must be ${article(issue.expected)}`
    case 'invalid_value':
      return `${name} must be ${issue.values.map((value) => JSON.stringify(value) ?? String(value)).join(' or ')}`
    case 'too_small':
      return `${name} is too ${sizeWord(issue.origin, 'small')}: at least ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `${name} is too ${sizeWord(issue.origin, 'big')}: at most ${issue.maximum}${unitOf(issue.origin)}`
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => `\`${key}\``).join(', ')} ${issue.keys.length === 1 ? 'is' : 'are'} not known to it`
    default:
      return `${name}: ${issue.message.replace(/\.$/, '')}`
  }
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  let value = given
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function article(expected: string): string {
  const word = expected === 'int' ? 'integer' : expected === 'record' ? 'object' : expected
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`
}

function sizeWord(origin: string, size: 'small' | 'big'): string {
  if (origin === 'string') return size === 'small' ? 'short' : 'long'
  return size
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : ''
}
