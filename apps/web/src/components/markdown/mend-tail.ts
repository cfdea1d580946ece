import remend from 'remend'
import { holdBack } from './hold-back.ts'

const MENDING = { linkMode: 'text-only', images: false, inlineKatex: false } as const
const DELIMITER_ROW = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/m

/** What is longer is shown as far as it is written: nobody waits for half a page. */
const MOST_HELD = 600

/**
 * Where a displayed formula begins that is not closed yet; -1 where none is. It comes when it is whole: set as it grows it would move at each
 * term, because it stands in the middle, and turn back into its source at each brace.
 */
function openFormula(source: string): number {
  // In code two dollars are two dollars.
  if (source.includes('`')) return -1
  const isOpen = source.split('$$').length % 2 === 0
  const at = isOpen ? source.lastIndexOf('$$') : source.lastIndexOf('\\[')
  return at < 0 || (!isOpen && source.includes('\\]', at)) ? -1 : at
}

/** Without what is held back at its end, formula by formula: a model that loops opens thousands of them. */
function withoutHeld(growing: string): string {
  let source = holdBack(growing)
  const shown = source.length - MOST_HELD
  for (let at = openFormula(source); at >= 0 && at >= shown; at = openFormula(source)) {
    source = holdBack(source.slice(0, at).trimEnd())
  }
  return source
}

/**
 * Closes for the eye what is half written at the end of `growing`, one block of markdown, and leaves out what cannot be told yet.
 */
export function mendTail(growing: string): string {
  return closeTail(withoutHeld(growing))
}

/** Closes for the eye what was half written when an answer was broken off. Nothing follows, so nothing is left out. */
export function closeTail(source: string): string {
  // In a table only the last cell can be half written: a lone asterisk in another one is what the model meant.
  const from = source.includes('|') && DELIMITER_ROW.test(source) ? lastCell(source) : 0
  return source.slice(0, from) + remend(source.slice(from), MENDING)
}

/** Where the text of the last cell begins: behind the last bar that is not escaped. */
function lastCell(source: string): number {
  for (let at = source.lastIndexOf('|'); at > 0; at = source.lastIndexOf('|', at - 1)) {
    if (source[at - 1] !== '\\') return at + 1
  }
  return 0
}
