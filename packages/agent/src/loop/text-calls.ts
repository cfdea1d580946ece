import { callDialects, readPythonList } from './call-dialects.ts'
import { readJsonCalls } from './json-calls.ts'
import type { WrittenCall } from './prepare-call.ts'
import type { Verdict } from './verdict.ts'

/** More than this is no call that somebody wrote by hand. Characters. */
const mostHeld = 100_000

/** What may be shown now, and the calls that were found. */
export type Scanned = { text: string; calls: WrittenCall[] }

/** Finds calls that a model writes into its text. All text comes out again, in its order, but for the calls themselves. */
export type TextCallScanner = {
  push(text: string): Scanned
  /** At the end: what is still held back. */
  end(): Scanned
}

/** `isTool`: whether a name is that of a tool at hand. */
export function createTextCallScanner(isTool: (name: string) => boolean): TextCallScanner {
  let held = ''
  /** Nothing but space and calls has come: one bare JSON object may be a call too. */
  let atStart = true
  let afterCall = false
  /** What is held may be let go with the next word. */
  let soon = false

  function scan(final: boolean): Scanned {
    let text = ''
    soon = false
    const calls: WrittenCall[] = []
    const show = (length: number) => {
      text += held.slice(0, length)
      held = held.slice(length)
    }
    while (held !== '') {
      // Space after a call belongs to nobody.
      if (afterCall) held = held.trimStart()
      else if (atStart) show(held.length - held.trimStart().length)
      if (held === '') break
      const at = atStart && isBracket(held[0]) ? 0 : nextOpening(held)
      if (at !== 0) {
        show(at ?? held.length)
        atStart = false
        afterCall = false
        continue
      }
      const verdict = verdictOn(held, final)
      if (verdict.kind === 'more' && held.length <= mostHeld) {
        soon = verdict.soon === true
        break
      }
      if (verdict.kind === 'calls') {
        calls.push(...verdict.calls)
        held = held.slice(verdict.length)
        afterCall = true
      } else {
        show(1)
        atStart = false
        afterCall = false
      }
    }
    return { text, calls }
  }

  function verdictOn(text: string, final: boolean): Verdict {
    if (atStart && isBracket(text[0])) {
      const bare = readJsonCalls(text, 0, final, isTool)
      if (bare.kind !== 'no') return bare
      const list = readPythonList(text, final, isTool)
      if (list.kind !== 'no') return list
    }
    for (const { opener, read } of callDialects) {
      if (text.startsWith(opener)) return read(text, final, isTool)
      if (!final && opener.startsWith(text)) return { kind: 'more' }
    }
    return { kind: 'no' }
  }

  return {
    push(text) {
      // The common case costs one look at the text, and a long call is not read anew for each of its words.
      if (held === '' && !atStart && !afterCall && nextOpening(text) === null) return { text, calls: [] }
      held += text
      return held.length > 500 && held.length <= mostHeld && !soon && !closing.test(text)
        ? { text: '', calls: [] }
        : scan(false)
    },
    end: () => scan(true),
  }
}

const closing = /[}\]>`]/
const isBracket = (unit: string | undefined) => unit === '{' || unit === '['
const openings = new Set(callDialects.map(({ opener }) => opener[0]))

/** Where the first character stands that begins some dialect. */
function nextOpening(text: string): number | null {
  for (let i = 0; i < text.length; i += 1) if (openings.has(text[i])) return i
  return null
}
