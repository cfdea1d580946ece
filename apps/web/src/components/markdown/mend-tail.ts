import remend from 'remend'
import { holdBack } from './hold-back.ts'

const MENDING = { linkMode: 'text-only', images: false, inlineKatex: false } as const
const DELIMITER_ROW = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/m

/** A displayed formula that still grows. */
const OPEN_DISPLAY = /\\\[(?![\s\S]*\\\])\s*\S[\s\S]*$/

/**
 * Closes for the eye what is half written at the end of `growing`, one block of markdown, and leaves out what cannot be told yet.
 * In a table only the last cell can be half written: a lone asterisk in another one is what the model meant.
 */
export function mendTail(growing: string): string {
  const source = holdBack(growing)
  if (OPEN_DISPLAY.test(source)) return `${source}\\]`
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
