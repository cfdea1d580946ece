import type { ZodError } from 'zod'

/** One entry of a 422's `detail`, as FastAPI's clients know it. */
export type ValidationDetail = { type: string; loc: (string | number)[]; msg: string }

type Issue = ZodError['issues'][number]

/** Names of types as Python has them. */
const TYPE_NAMES: Record<string, { type: string; words: string }> = {
  string: { type: 'string_type', words: 'a valid string' },
  number: { type: 'float_type', words: 'a valid number' },
  int: { type: 'int_type', words: 'a valid integer' },
  boolean: { type: 'bool_type', words: 'a valid boolean' },
  array: { type: 'list_type', words: 'a valid list' },
  record: { type: 'dict_type', words: 'a valid dictionary' },
  object: { type: 'model_attributes_type', words: 'a valid dictionary or object to extract fields from' },
}

/** The broken rules of a body in FastAPI's words. */
export function validationDetail(error: ZodError, body: unknown): ValidationDetail[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
    return { loc: ['body', ...path], ...describe(issue, isMissing(body, path)) }
  })
}

function isMissing(body: unknown, path: (string | number)[]): boolean {
  let value = body
  for (const step of path) value = value instanceof Object ? Reflect.get(value, step) : undefined
  return value === undefined
}

function describe(issue: Issue, missing: boolean): { type: string; msg: string } {
  if (missing) return { type: 'missing', msg: 'Field required' }
  switch (issue.code) {
    case 'invalid_type': {
      const { type, words } = TYPE_NAMES[issue.expected] ?? { type: 'type_error', words: 'of another type' }
      return { type, msg: `Input should be ${words}` }
    }
    case 'too_small':
      return issue.origin === 'string'
        ? { type: 'string_too_short', msg: `String should have at least ${characters(issue.minimum)}` }
        : { type: 'greater_than_equal', msg: `Input should be greater than or equal to ${issue.minimum}` }
    case 'too_big':
      if (issue.origin === 'string') {
        return { type: 'string_too_long', msg: `String should have at most ${characters(issue.maximum)}` }
      }
      if (issue.origin === 'array') return { type: 'too_long', msg: `List should have at most ${issue.maximum} items` }
      return { type: 'less_than_equal', msg: `Input should be less than or equal to ${issue.maximum}` }
    case 'invalid_format':
      return { type: 'string_pattern_mismatch', msg: issue.message }
    default:
      return { type: 'value_error', msg: issue.message }
  }
}

function characters(count: number | bigint): string {
  return `${count} character${Number(count) === 1 ? '' : 's'}`
}
