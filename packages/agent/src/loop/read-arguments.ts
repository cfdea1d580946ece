import type { AnyTool } from '../tools/tool.ts'
import { describeIssues } from './describe-issues.ts'

/** Longer arguments are no call but a runaway; the log would keep them for ever. Characters of JSON. */
const most = 400_000

/** What is nested deeper breaks whoever writes it down. */
const deepest = 100

export type ReadArguments =
  | { ok: true; given: Record<string, unknown>; input: Record<string, unknown> }
  | { ok: false; given: Record<string, unknown>; problem: string }

/**
 * Arguments as a model wrote them, made to fit where that is no guess: JSON in a string is read, as is a number, list or object that
 * came as text, and null for what may be absent. `given` is what the log keeps; `input` what the tool gets.
 */
export function readArguments(tool: AnyTool, written: unknown): ReadArguments {
  const given = toRecord(written)
  if (given === null) return { ok: false, given: {}, problem: 'the arguments could not be read as a JSON object.' }
  if (JSON.stringify(given).length > most) {
    return { ok: false, given: {}, problem: `the arguments are longer than ${most} characters: write less at once.` }
  }
  const first = tool.input.safeParse(given)
  if (first.success) return { ok: true, given, input: first.data }
  const mended = structuredClone(given)
  for (const issue of first.error.issues) {
    mend(mended, issue.path, issue.code === 'invalid_type' ? issue.expected : null)
  }
  const second = tool.input.safeParse(mended)
  if (second.success) return { ok: true, given: mended, input: second.data }
  return { ok: false, given, problem: describeIssues(first.error.issues, given) }
}

function toRecord(written: unknown): Record<string, unknown> | null {
  let value = written === undefined ? {} : written
  if (typeof value === 'string') {
    try {
      value = value.trim() === '' ? {} : JSON.parse(value)
    } catch {
      return null
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return isDeeperThan(value, deepest) ? null : { ...value }
}

function isDeeperThan(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return left === 0 || Object.values(value).some((each) => isDeeperThan(each, left - 1))
}

function mend(root: Record<string, unknown>, path: readonly PropertyKey[], expected: string | null): void {
  const key = path.at(-1)
  if (key === undefined) return
  let parent: unknown = root
  for (const each of path.slice(0, -1))
    parent = Object(parent) === parent ? Reflect.get(Object(parent), each) : undefined
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) return
  const value: unknown = Reflect.get(parent, key)
  if (value === null) Reflect.deleteProperty(parent, key)
  else if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    Reflect.set(parent, key, String(value))
  } else if (typeof value === 'string' && expected !== 'string') {
    try {
      Reflect.set(parent, key, JSON.parse(value))
    } catch {
      // It is text and stays so: the issue says what is wrong with it.
    }
  }
}
