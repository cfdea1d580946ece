import type { WrittenCall } from './prepare-call.ts'
import { bracketEnd, parsePython } from './python-calls.ts'
import { more, no, type Verdict } from './verdict.ts'

const nameKey = ['name', 'function', 'tool', 'tool_name', 'action']
/** Around one call or a list of them. */
const wrapKey = ['tool_calls', 'tool_call']
const bareKey = [...nameKey, ...wrapKey]
/** Within marks that nobody writes for another reason, a call may begin with any of its keys. */
export const anyKey = [...nameKey, 'arguments', 'parameters', 'args', 'type', 'id', ...wrapKey]

/**
 * A JSON object that is a call, or a list of those. Text is held back only as long as it can still become one: `firstKeys` are those
 * with which it may begin.
 */
export function readJsonCalls(
  text: string,
  from: number,
  final: boolean,
  isTool: (name: string) => boolean,
  firstKeys: readonly string[] = bareKey,
): Verdict {
  if (text[from] !== '{' && text[from] !== '[') return no
  if (!mayBeCall(text.slice(from, from + 300), isTool, firstKeys)) return no
  const end = jsonEnd(text, from)
  if (end === null && !final) return more
  const json = text.slice(from, end ?? undefined)
  const calls = toCalls(
    parsed(json) ?? parsed(mended(json)) ?? (singleQuoted.test(json) ? parsePython(json) : undefined),
  )
  const length = end ?? text.length
  if (calls !== null) return calls.every((call) => isTool(call.name)) ? { kind: 'calls', calls, length } : no
  // Broken JSON that names a tool is a call all the same: the model is told that nobody could read it.
  const name = nameIn(json)
  return name !== null && isTool(name) ? { kind: 'calls', calls: [{ name, arguments: null }], length } : no
}

/** Whether a text that begins like JSON may be a call: by its first key, and by the name that this gives. */
function mayBeCall(beginning: string, isTool: (name: string) => boolean, firstKeys: readonly string[]): boolean {
  const start = /^(?:\[\s*)?\{\s*["']([a-z_]*)(?:(["']\s*)(?:(:)\s*(?:["']([^"'\\]*)(["'])?)?)?)?/.exec(beginning)
  // Still before the first key.
  if (start === null) return /^(?:\[\s*)?(?:\{\s*)?$/.test(beginning)
  const [whole, key = '', keyOver, , value, valueOver] = start
  if (keyOver === undefined) return whole === beginning && firstKeys.some((each) => each.startsWith(key))
  if (!firstKeys.includes(key)) return false
  return valueOver === undefined || value === undefined || !nameKey.includes(key) || isTool(value)
}

function nameIn(json: string): string | null {
  return /["'](?:name|tool|tool_name|function|action)["']\s*:\s*["']([^"'\\]{1,100})["']/.exec(json)?.[1] ?? null
}

/** Where the JSON value that begins at `from` ends; null while it is open. Some write it as Python does, in single quotes. */
export function jsonEnd(text: string, from: number): number | null {
  return bracketEnd(text, from, singleQuoted.test(text.slice(from, from + 300)) ? '"\'' : '"')
}

const singleQuoted = /^(?:\[\s*)?\{\s*'/

/** With the braces that a model forgot at the end, and its line breaks within strings as JSON wants them. */
function mended(json: string): string {
  let out = ''
  let open = ''
  let inString = false
  for (let i = 0; i < json.length; i += 1) {
    const unit = json.charAt(i)
    out += inString && unit === '\n' ? '\\n' : inString && unit === '\t' ? '\\t' : unit
    if (inString) {
      if (unit === '\\') out += json.charAt(++i)
      else if (unit === '"') inString = false
    } else if (unit === '"') inString = true
    else if (unit === '{') open = `}${open}`
    else if (unit === '[') open = `]${open}`
    else if (unit === '}' || unit === ']') open = open.slice(1)
  }
  return out + open
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function toCalls(value: unknown): WrittenCall[] | null {
  const inner = wrapKey.map((key): unknown => Reflect.get(Object(value), key)).find((each) => each instanceof Object)
  const given = inner ?? value
  const list = Array.isArray(given) ? given : [given]
  const calls = list.map(toCall)
  return calls.length > 0 && calls.every((call) => call !== null) ? calls : null
}

function toCall(value: unknown): WrittenCall | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const get = (key: string): unknown => Reflect.get(value, key)
  const inner = get('function')
  if (typeof inner === 'object' && inner !== null) return toCall(inner)
  const name = get('name') ?? get('tool') ?? get('tool_name') ?? get('action') ?? inner
  if (typeof name !== 'string') return null
  const given = get('arguments') ?? get('parameters') ?? get('args') ?? {}
  return { name, arguments: given }
}
