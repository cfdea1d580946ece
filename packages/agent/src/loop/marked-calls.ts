import { jsonEnd } from './json-calls.ts'
import type { WrittenCall } from './prepare-call.ts'
import { closed, type DialectReader, more, no, skipSpace, type Verdict } from './verdict.ts'

/** One call between marks: `head` up to its name (the group) and on to its JSON, `tail` behind that. `open`: how it begins. */
type MarkedCall = { open: string; head: RegExp; tail: string }

/** A section of calls, each of the same form, between two marks of a model's own format. */
export function section(open: string, each: MarkedCall, close: string): DialectReader {
  return (text, final, isTool) => {
    const calls: WrittenCall[] = []
    let at = open.length
    for (;;) {
      const from = skipSpace(text, at)
      const rest = text.slice(from)
      const isNext = each.open.startsWith(rest.slice(0, each.open.length))
      if (calls.length > 0 && !(isNext && rest.length >= each.open.length)) {
        if (isNext && !final) return more
        return closed(text, at, close, calls, final)
      }
      const one = readMarked(text, from, each, final, isTool)
      if (one.kind !== 'calls')
        return calls.length > 0 && one.kind === 'no' ? { kind: 'calls', calls, length: at } : one
      calls.push(...one.calls)
      at = one.length
    }
  }
}

/** Such a call alone. */
export function marked(each: MarkedCall): DialectReader {
  return (text, final, isTool) => readMarked(text, 0, each, final, isTool)
}

/** Some write their JSON in one. */
const fence = '```'
/** The longest that stands between a mark and its JSON. Characters. */
const longestHead = 300

function readMarked(
  text: string,
  from: number,
  { open, head, tail }: MarkedCall,
  final: boolean,
  isTool: (name: string) => boolean,
): Verdict {
  const begin = text.slice(from, from + longestHead)
  if (!begin.startsWith(open)) return open.startsWith(begin) && !final ? more : no
  const found = head.exec(begin)
  // Before its JSON there is no brace.
  if (found === null) return final || begin.length === longestHead || begin.includes('{') ? no : more
  const name = found[1] ?? ''
  if (!isTool(name)) return no
  const start = from + found[0].length
  const end = jsonEnd(text, start)
  if (end === null && !final) return more
  const calls = [{ name, arguments: text.slice(start, end ?? undefined) }]
  if (end === null) return { kind: 'calls', calls, length: text.length }
  if (!found[0].includes(fence)) return closed(text, end, tail, calls, final)
  const fenced = closed(text, end, fence, calls, final)
  return fenced.kind === 'calls' ? closed(text, fenced.length, tail, calls, final) : fenced
}

const invoke = /<parameter name="([^"]+)"[^>]*>\n?([\s\S]*?)\n?<\/parameter>/g
const argument = /<arg_key>([\s\S]*?)<\/arg_key>\s*<arg_value>([\s\S]*?)<\/arg_value>/g

/** `<invoke name="x"><parameter name="k">v</parameter></invoke>` */
export function readInvoke(text: string, final: boolean, isTool: (name: string) => boolean): Verdict {
  return readTags(
    text,
    /^<invoke name="([\w.:-]{1,100})"\s*>/,
    /^<invoke name="[\w.:-]{0,100}(?:"\s*)?$/,
    '</invoke>',
    invoke,
    final,
    isTool,
  )
}

const wrapper = '<function_calls>'
const invokes = '<invoke name="'

/** Several of these within `<function_calls>`. */
export function readInvokes(text: string, final: boolean, isTool: (name: string) => boolean): Verdict {
  const calls: WrittenCall[] = []
  let at = wrapper.length
  for (;;) {
    const from = skipSpace(text, at)
    const rest = text.slice(from)
    if (!rest.startsWith(invokes)) {
      if (invokes.startsWith(rest) && !final) return more
      return calls.length > 0 ? closed(text, at, '</function_calls>', calls, final) : no
    }
    const one = readInvoke(rest, final, isTool)
    if (one.kind !== 'calls') return calls.length > 0 && one.kind === 'no' ? { kind: 'calls', calls, length: at } : one
    calls.push(...one.calls)
    at = from + one.length
  }
}

/** `name<arg_key>k</arg_key><arg_value>v</arg_value>`, up to the tag that closes the call. */
export function readArgumentTags(text: string, final: boolean, isTool: (name: string) => boolean): Verdict {
  return readTags(
    text,
    /^([\w.:-]{1,100})\s*(?=<arg_key>|<\/tool_call>)/,
    /^[\w.:-]{1,100}\s*(?:<[a-z_/]{0,9})?$/,
    '</tool_call>',
    argument,
    final,
    isTool,
  )
}

function readTags(
  text: string,
  head: RegExp,
  beginning: RegExp,
  close: string,
  each: RegExp,
  final: boolean,
  isTool: (name: string) => boolean,
): Verdict {
  const begin = text.slice(0, longestHead)
  const found = head.exec(begin)
  if (found === null) return !final && beginning.test(begin) ? more : no
  const name = found[1] ?? ''
  if (!isTool(name)) return no
  const end = text.indexOf(close, found[0].length)
  if (end < 0 && !final) return more
  const inside = text.slice(found[0].length, end < 0 ? undefined : end)
  const given = Object.fromEntries([...inside.matchAll(each)].map(([, key = '', value]) => [key.trim(), value]))
  return { kind: 'calls', calls: [{ name, arguments: given }], length: end < 0 ? text.length : end + close.length }
}
