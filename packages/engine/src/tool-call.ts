import type { EngineToolCall } from './engine.ts'

/** More than a model calls at once, and more than a call needs; what is beyond comes from nothing that means well. */
export const MOST_CALLS = 128
const longestName = 200
const deepest = 100

/**
 * A call as a server gave it, with an id of ours; null where it is none. Arguments may be JSON in a string: some servers and templates
 * write them so. The engine's server is not trusted: arguments that are nested
 * without end would break whoever writes them down, and with them the conversation.
 */
export function readToolCall(name: unknown, given: unknown): EngineToolCall | null {
  if (typeof name !== 'string' || name === '' || name.length > longestName) return null
  const value = typeof given === 'string' ? parsed(given) : (given ?? {})
  if (value === null) return null
  if (typeof value !== 'object' || Array.isArray(value) || isDeeperThan(value, deepest)) return null
  return { callId: `call_${crypto.randomUUID()}`, name, arguments: { ...value } }
}

function parsed(json: string): unknown {
  try {
    return json.trim() === '' ? {} : JSON.parse(json)
  } catch {
    return null
  }
}

function isDeeperThan(value: unknown, most: number): boolean {
  if (!(value instanceof Object)) return false
  return most === 0 || Object.values(value).some((each) => isDeeperThan(each, most - 1))
}
