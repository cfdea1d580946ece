import { harmonyDialects } from './harmony-calls.ts'
import { anyKey, jsonEnd, readJsonCalls } from './json-calls.ts'
import { readArgumentTags, readInvoke, readInvokes, section } from './marked-calls.ts'
import type { WrittenCall } from './prepare-call.ts'
import { bracketEnd, parsePythonCall, parsePythonCalls } from './python-calls.ts'
import { closed, type DialectReader, more, no, skipSpace, type Verdict } from './verdict.ts'

type Found = Extract<Verdict, { kind: 'calls' }>

/** A way in which models write calls into their text. `opener`: how it begins; nothing is held back that does not begin so. */
export type Dialect = { opener: string; read: DialectReader }

/** In the order in which they are tried. */
export const callDialects: readonly Dialect[] = [
  // Qwen, Hermes and many more; GLM with tags inside.
  { opener: '<tool_call>', read: tagged('<tool_call>', '</tool_call>') },
  { opener: '<|tool_call|>', read: tagged('<|tool_call|>', '<|/tool_call|>') },
  { opener: '<function_call>', read: tagged('<function_call>', '</function_call>') },
  { opener: '<tools>', read: tagged('<tools>', '</tools>') },
  { opener: '<function=', read: readFunctionTag },
  { opener: '<function_calls>', read: readInvokes },
  { opener: '<invoke name="', read: readInvoke },
  // Llama, as JSON or as Python.
  { opener: '<|python_tag|>', read: readPythonTag },
  // Mistral.
  { opener: '[TOOL_CALLS]', read: readMistral },
  // DeepSeek, with bars of full width.
  {
    opener: '<｜tool▁calls▁begin｜>',
    read: section(
      '<｜tool▁calls▁begin｜>',
      {
        open: '<｜tool▁call▁begin｜>',
        head: /^<｜tool▁call▁begin｜>(?:function<｜tool▁sep｜>)?([\w.-]{1,100})(?:<｜tool▁sep｜>)?\s*(?:```json\s*)?(?=\{)/,
        tail: '<｜tool▁call▁end｜>',
      },
      '<｜tool▁calls▁end｜>',
    ),
  },
  // Kimi.
  {
    opener: '<|tool_calls_section_begin|>',
    read: section(
      '<|tool_calls_section_begin|>',
      {
        open: '<|tool_call_begin|>',
        head: /^<\|tool_call_begin\|>\s*(?:functions\.)?([\w.-]{1,100})(?::\d+)?\s*<\|tool_call_argument_begin\|>\s*(?=\{)/,
        tail: '<|tool_call_end|>',
      },
      '<|tool_calls_section_end|>',
    ),
  },
  // The open models of OpenAI.
  ...harmonyDialects,
  { opener: '```', read: readFence },
]

/**
 * One call or a list of them as JSON between two tags; the closing one may be missing. Qwen's coder puts XML in there
 * instead, GLM a name and its arguments in tags.
 */
function tagged(open: string, close: string): DialectReader {
  return (text, final, isTool) => {
    const from = skipSpace(text, open.length)
    if (from === text.length) return final ? no : more
    if ('<function='.startsWith(text.slice(from, from + 10)) && text[from] === '<') {
      const inner = readFunctionTag(text.slice(from), final, isTool)
      return inner.kind === 'calls' ? closed(text, from + inner.length, close, inner.calls, final) : inner
    }
    if (/\w/.test(text[from] ?? '')) {
      const inner = readArgumentTags(text.slice(from), final, isTool)
      return inner.kind === 'calls' ? { ...inner, length: from + inner.length } : inner
    }
    const json = readJsonCalls(text, from, final, isTool, anyKey)
    return json.kind === 'calls' ? closed(text, json.length, close, json.calls, final) : json
  }
}

const pythonTag = '<|python_tag|>'
const jsonBehindTag = tagged(pythonTag, '<|eom_id|>')

/** JSON, or `name(key=value)`, which some write as `name.call(key=value)`. */
function readPythonTag(text: string, final: boolean, isTool: (name: string) => boolean): Verdict {
  const from = skipSpace(text, pythonTag.length)
  const rest = text.slice(from, from + 300)
  if (!/^[a-z_]/i.test(rest)) return jsonBehindTag(text, final, isTool)
  const head = /^([a-z_][\w.]{0,99})\s*\(/i.exec(rest)
  if (head === null) return !final && /^[\w.]{1,100}\s*$/.test(rest) ? more : no
  const written = head[1] ?? ''
  const name = isTool(written) ? written : written.replace(/\.call$/, '')
  if (!isTool(name)) return no
  const end = bracketEnd(text, from + head[0].length - 1, '"\'')
  if (end === null) return final ? no : more
  const call = parsePythonCall(text.slice(from, end))
  return call === undefined ? no : closed(text, end, '<|eom_id|>', [{ ...call, name }], final)
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

/**
 * A fence around nothing but a call. One of JSON is a call where the answer ends with it: before more words it is an example. What says
 * that it is a tool's is one anywhere.
 */
function readFence(text: string, final: boolean, isTool: (name: string) => boolean): Verdict {
  const [head = '', language = ''] = /^```(json|tool_call|tool_code|tool)?[ \t]*\n?\s*/.exec(text) ?? []
  if (head.length === text.length) return final ? no : more
  if (language === 'tool_code' && /[a-z_]/i.test(text[head.length] ?? ''))
    return readPythonLines(text, head.length, final, isTool)
  if (text[head.length] !== '{' && text[head.length] !== '[') {
    return !final && /^```[a-z_]{0,9}$/.test(text) ? more : no
  }
  const json = readJsonCalls(text, head.length, final, isTool)
  if (json.kind !== 'calls') return json
  const from = skipSpace(text, json.length)
  const rest = text.slice(from, from + 3)
  if (rest !== '```') return '```'.startsWith(rest) && !final ? more : rest === '' ? json : no
  const whole = { ...json, length: from + 3 }
  return language.startsWith('tool') ? whole : atEnd(text, whole, final, isTool)
}

/** What follows decides: nothing, or one more such fence. */
function atEnd(text: string, fence: Found, final: boolean, isTool: (name: string) => boolean): Verdict {
  const from = skipSpace(text, fence.length)
  const rest = text.slice(from)
  if (rest === '') return final ? fence : { kind: 'more', soon: true }
  if (!rest.startsWith('```')) return '```'.startsWith(rest) && !final ? { kind: 'more', soon: true } : no
  const next = readFence(rest, final, isTool)
  return next.kind === 'calls'
    ? { kind: 'calls', calls: [...fence.calls, ...next.calls], length: from + next.length }
    : next
}

/** Calls as Python writes them, up to the end of the fence: as they are, nothing of it is run. */
function readPythonLines(text: string, from: number, final: boolean, isTool: (name: string) => boolean): Verdict {
  const calls: WrittenCall[] = []
  let at = from
  for (;;) {
    const head = /^(?:print\s*\(\s*)?([a-z_][\w.]{0,99})\s*\(/i.exec(text.slice(at, at + 300))
    const rest = text.slice(at)
    if (rest.startsWith('```')) return calls.length > 0 ? { kind: 'calls', calls, length: at + 3 } : no
    if (rest === '' && final) return calls.length > 0 ? { kind: 'calls', calls, length: at } : no
    if (head === null) return !final && /^(?:`{0,2}|(?:print\s*\(\s*)?[\w.]{0,100}\s*)$/.test(rest) ? more : no
    if (!isTool(head[1] ?? '') && head[1] !== 'print') return no
    const end = bracketEnd(text, text.indexOf('(', at), '"\'')
    if (end === null) return final ? no : more
    const call = parsePythonCall(text.slice(at, end))
    if (call === undefined || !isTool(call.name)) return no
    calls.push(call)
    at = skipSpace(text, end)
  }
}

/** `[name(key=value), …]` as the whole answer. */
export function readPythonList(text: string, final: boolean, isTool: (name: string) => boolean): Verdict {
  const head = /^\[\s*([a-z_][\w.]{0,99})\s*\(/i.exec(text.slice(0, 300))
  if (head === null) return !final && /^\[\s*(?:[a-z_][\w.]{0,99}\s*)?$/i.test(text) ? more : no
  if (!isTool(head[1] ?? '')) return no
  const end = bracketEnd(text, 0, '"\'')
  if (end === null) return final ? no : more
  const calls = parsePythonCalls(text.slice(0, end))
  if (calls === undefined || !calls.every(({ name }) => isTool(name)) || skipSpace(text, end) < text.length) return no
  return final ? { kind: 'calls', calls, length: end } : { kind: 'more', soon: true }
}
