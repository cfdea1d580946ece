import type { WrittenCall } from './prepare-call.ts'

/** Where the bracket that opens at `from` is closed; null while it is open. `quotes`: what strings are written between. */
export function bracketEnd(text: string, from: number, quotes: string): number | null {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charAt(at)
    if (quotes.includes(unit)) {
      const end = stringEnd(text, at)
      if (end === null) return null
      at = end - 1
    } else if ('([{'.includes(unit)) depth += 1
    else if (')]}'.includes(unit)) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return null
}

/** Strings in three quotes may hold single ones. */
function stringEnd(text: string, from: number): number | null {
  const unit = text.charAt(from)
  const quote = text.startsWith(unit.repeat(3), from) ? unit.repeat(3) : unit
  for (let at = from + quote.length; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text.startsWith(quote, at)) return at + quote.length
  }
  return null
}

/** A value as Python writes it, with strings, numbers, lists and dictionaries; undefined where it is anything else. Runs nothing. */
export function parsePython(text: string): unknown {
  return wholeOf(text, readValue)
}

/** `name(key=value, …)`, also within `print(…)`; undefined where it is anything else. */
export function parsePythonCall(text: string): WrittenCall | undefined {
  const printed = /^\s*print\s*\(([\s\S]*)\)\s*$/.exec(text)?.[1]
  return wholeOf(printed ?? text, readCall)
}

/** `[name(key=value, …), …]` */
export function parsePythonCalls(text: string): WrittenCall[] | undefined {
  return wholeOf(text, (cursor) => readList(cursor, '\\[', '\\]', readCall))
}

type Cursor = { text: string; at: number }

function wholeOf<T>(text: string, read: (cursor: Cursor) => T): T | undefined {
  const cursor = { text, at: 0 }
  try {
    const value = read(cursor)
    return /^\s*$/.test(text.slice(cursor.at)) ? value : undefined
  } catch {
    // Not Python as we read it, or nested so deep that nobody meant it.
    return undefined
  }
}

/** Takes what matches here, behind space. */
function take(cursor: Cursor, pattern: RegExp): string | null {
  const sticky = new RegExp(`\\s*(${pattern.source})`, 'y')
  sticky.lastIndex = cursor.at
  const found = sticky.exec(cursor.text)
  if (found === null) return null
  cursor.at = sticky.lastIndex
  return found[1] ?? ''
}

function must(cursor: Cursor, pattern: RegExp): string {
  const taken = take(cursor, pattern)
  if (taken === null) throw new SyntaxError('Not what was looked for.')
  return taken
}

function readCall(cursor: Cursor): WrittenCall {
  const name = must(cursor, /[A-Za-z_][\w.]{0,99}/)
  const given = readList(cursor, '\\(', '\\)', (each): [string, unknown] => {
    const key = must(each, /[A-Za-z_]\w*/)
    must(each, /=/)
    return [key, readValue(each)]
  })
  return { name, arguments: Object.fromEntries(given) }
}

function readList<T>(cursor: Cursor, open: string, close: string, read: (cursor: Cursor) => T): T[] {
  const end = new RegExp(close)
  const list: T[] = []
  must(cursor, new RegExp(open))
  while (take(cursor, end) === null) {
    list.push(read(cursor))
    if (take(cursor, /,/) !== null) continue
    must(cursor, end)
    break
  }
  return list
}

const constants: Record<string, boolean | null> = {
  True: true,
  true: true,
  False: false,
  false: false,
  None: null,
  null: null,
}

function readValue(cursor: Cursor): unknown {
  const opens = must(cursor, /["'[{(\-\w]/)
  cursor.at -= 1
  if (opens === '"' || opens === "'") return readString(cursor)
  if (opens === '[') return readList(cursor, '\\[', '\\]', readValue)
  if (opens === '(') return readList(cursor, '\\(', '\\)', readValue)
  if (opens === '{') {
    const pairs = readList(cursor, '\\{', '\\}', (each): [string, unknown] => {
      const key = readValue(each)
      must(each, /:/)
      return [String(key), readValue(each)]
    })
    return Object.fromEntries(pairs)
  }
  const word = must(cursor, /-?[\w.]+(?:[eE][+-]\d+)?/)
  const constant = Object.hasOwn(constants, word) ? constants[word] : undefined
  if (constant !== undefined) return constant
  const number = Number(word.replaceAll('_', ''))
  if (Number.isNaN(number)) throw new SyntaxError('No value.')
  return number
}

const escapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\n': '',
  "'": "'",
  '"': '"',
  '\\': '\\',
  '/': '/',
}

function readString(cursor: Cursor): string {
  const end = stringEnd(cursor.text, cursor.at)
  if (end === null) throw new SyntaxError('A string without an end.')
  const whole = cursor.text.slice(cursor.at, end)
  cursor.at = end
  const quotes = /^("""|''')/.test(whole) ? 3 : 1
  return whole
    .slice(quotes, -quotes)
    .replaceAll(
      /\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|([\s\S]))/g,
      (all, wide?: string, narrow?: string, unit = '') => {
        const code = wide ?? narrow
        return code === undefined ? (escapes[unit] ?? all) : String.fromCharCode(Number.parseInt(code, 16))
      },
    )
}
