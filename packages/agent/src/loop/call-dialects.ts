import type { WrittenCall } from './prepare-call.ts'

/** What stands at the beginning of a text: calls that end after `length`, no call at all, or what only more text can tell. */
export type Verdict = { kind: 'calls'; calls: WrittenCall[]; length: number } | { kind: 'no' } | { kind: 'more' }

/**
 * `final`: no more text will come. `isTool`: whether a name is one of the tools at hand; what names another thing is text, such as an
 * example that the model writes about.
 */
type DialectReader = (text: string, final: boolean, isTool: (name: string) => boolean) => Verdict

/** A way in which models write calls into their text. `opener`: how it begins; nothing is held back that does not begin so. */
export type Dialect = { opener: string; read: DialectReader }

const no: Verdict = { kind: 'no' }
const more: Verdict = { kind: 'more' }

/** In the order in which they are tried. */
export const callDialects: readonly Dialect[] = [
  { opener: '<tool_call>', read: tagged('<tool_call>', '</tool_call>') },
  { opener: '<|tool_call|>', read: tagged('<|tool_call|>', '<|/tool_call|>') },
  { opener: '<function=', read: readFunctionTag },
  { opener: '<|python_tag|>', read: tagged('<|python_tag|>', '<|eom_id|>') },
  { opener: '[TOOL_CALLS]', read: readMistral },
  { opener: '```', read: readFence },
]

/** One call or a list of them as JSON between two tags; the closing one may be missing. Qwen's coder puts XML in there instead. */
function tagged(open: string, close: string): DialectReader {
  return (text, final, isTool) => {
    const from = skipSpace(text, open.length)
    if (from === text.length) return final ? no : more
    if ('<function='.startsWith(text.slice(from, from + 10)) && text[from] === '<') {
      const inner = readFunctionTag(text.slice(from), final, isTool)
      return inner.kind === 'calls' ? closed(text, from + inner.length, close, inner.calls, final) : inner
    }
    const json = readJsonCalls(text, from, final, isTool, anyKey)
    return json.kind === 'calls' ? closed(text, json.length, close, json.calls, final) : json
  }
}

/** Takes the closing tag along where it follows. */
function closed(text: string, at: number, close: string, calls: WrittenCall[], final: boolean): Verdict {
  const from = skipSpace(text, at)
  const rest = text.slice(from, from + close.length)
  if (rest === close) return { kind: 'calls', calls, length: from + close.length }
  if (close.startsWith(rest) && !final) return more
  return { kind: 'calls', calls, length: at }
}

/** `<function=name>{…}</function>`, or with `<parameter=key>value</parameter>` inside. */
function readFunctionTag(text: string, final: boolean, isTool: (name: string) => boolean): Verdict {
  if (text.length < '<function='.length) return final ? no : more
  const head = /^<function=([\w.:-]{1,100})(>?)/.exec(text)
  if (head === null) return text.length === '<function='.length && !final ? more : no
  if (head[2] === '') return head[0].length === text.length && !final ? more : no
  const name = head[1] ?? ''
  if (!isTool(name)) return no
  const end = text.indexOf('</function>')
  if (end < 0 && !final) return more
  const inside = text.slice(head[0].length, end < 0 ? undefined : end).trim()
  const length = end < 0 ? text.length : end + '</function>'.length
  const parameters = [...inside.matchAll(/<parameter=([^>\s]+)>\n?([\s\S]*?)\n?<\/parameter>/g)]
  if (parameters.length > 0) {
    const given = Object.fromEntries(parameters.map(([, key, value]) => [key, value]))
    return { kind: 'calls', calls: [{ name, arguments: given }], length }
  }
  return { kind: 'calls', calls: [{ name, arguments: inside === '' ? {} : inside }], length }
}

/** `[TOOL_CALLS] [{…}]`, and the later `[TOOL_CALLS]name{…}` or `[TOOL_CALLS]name[ARGS]{…}`. */
function readMistral(text: string, final: boolean, isTool: (name: string) => boolean): Verdict {
  const from = skipSpace(text, '[TOOL_CALLS]'.length)
  if (from === text.length) return final ? no : more
  if (text[from] === '[' || text[from] === '{') return readJsonCalls(text, from, final, isTool, anyKey)
  const rest = text.slice(from)
  const head = /^([\w.-]{1,100})(\[ARGS\])?(?=\{)/.exec(rest)
  if (head === null) return !final && /^[\w.-]{1,100}(\[A?R?G?S?\]?)?$/.test(rest) ? more : no
  if (!isTool(head[1] ?? '')) return no
  const start = from + head[0].length
  const end = jsonEnd(text, start)
  if (end === null) return final ? no : more
  return { kind: 'calls', calls: [{ name: head[1] ?? '', arguments: text.slice(start, end) }], length: end }
}

/** A fence around nothing but a call. Its closing line is taken along. */
function readFence(text: string, final: boolean, isTool: (name: string) => boolean): Verdict {
  const head = /^```(?:json|tool_call|tool_code|tool)?[ \t]*\n?\s*/.exec(text)?.[0] ?? ''
  if (head.length === text.length) return final ? no : more
  if (text[head.length] !== '{' && text[head.length] !== '[') {
    return !final && /^```[a-z_]{0,9}$/.test(text) ? more : no
  }
  const json = readJsonCalls(text, head.length, final, isTool)
  if (json.kind !== 'calls') return json
  const from = skipSpace(text, json.length)
  const rest = text.slice(from, from + 3)
  if (rest === '```') return { ...json, length: from + 3 }
  return '```'.startsWith(rest) && !final ? more : rest === '' ? json : no
}

const nameKey = ['name', 'function', 'tool', 'tool_name', 'action']
const anyKey = [...nameKey, 'arguments', 'parameters', 'args', 'type', 'id']

/**
 * A JSON object that is a call, or a list of those. Text is held back only as long as it can still become one: `firstKeys` are those
 * with which it may begin.
 */
export function readJsonCalls(
  text: string,
  from: number,
  final: boolean,
  isTool: (name: string) => boolean,
  firstKeys: readonly string[] = nameKey,
): Verdict {
  if (text[from] !== '{' && text[from] !== '[') return no
  if (!mayBeCall(text.slice(from, from + 300), isTool, firstKeys)) return no
  const end = jsonEnd(text, from)
  if (end === null && !final) return more
  const json = text.slice(from, end ?? undefined)
  const calls = toCalls(parsed(json) ?? parsed(mended(json)))
  const length = end ?? text.length
  if (calls !== null) return calls.every((call) => isTool(call.name)) ? { kind: 'calls', calls, length } : no
  // Broken JSON that names a tool is a call all the same: the model is told that nobody could read it.
  const name = nameIn(json)
  return name !== null && isTool(name) ? { kind: 'calls', calls: [{ name, arguments: null }], length } : no
}

/** Whether a text that begins like JSON may be a call: by its first key, and by the name that this gives. */
function mayBeCall(beginning: string, isTool: (name: string) => boolean, firstKeys: readonly string[]): boolean {
  const start = /^(?:\[\s*)?\{\s*"([a-z_]*)(?:("\s*)(?:(:)\s*(?:"([^"\\]*)(")?)?)?)?/.exec(beginning)
  // Still before the first key.
  if (start === null) return /^(?:\[\s*)?(?:\{\s*)?$/.test(beginning)
  const [whole, key = '', keyOver, , value, valueOver] = start
  if (keyOver === undefined) return whole === beginning && firstKeys.some((each) => each.startsWith(key))
  if (!firstKeys.includes(key)) return false
  return valueOver === undefined || value === undefined || !nameKey.includes(key) || isTool(value)
}

function nameIn(json: string): string | null {
  return /"(?:name|tool|tool_name|function|action)"\s*:\s*"([^"\\]{1,100})"/.exec(json)?.[1] ?? null
}

/** Where the JSON value that begins at `from` ends; null while it is open. */
function jsonEnd(text: string, from: number): number | null {
  let depth = 0
  let inString = false
  for (let i = from; i < text.length; i += 1) {
    const unit = text[i]
    if (inString) {
      if (unit === '\\') i += 1
      else if (unit === '"') inString = false
    } else if (unit === '"') inString = true
    else if (unit === '{' || unit === '[') depth += 1
    else if (unit === '}' || unit === ']') {
      depth -= 1
      if (depth === 0) return i + 1
    }
  }
  return null
}

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
  const list = Array.isArray(value) ? value : [value]
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

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at += 1
  return at
}
