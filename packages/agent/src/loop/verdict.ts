import type { WrittenCall } from './prepare-call.ts'

/**
 * What stands at the beginning of a text: calls that end after `length`, no call at all, or what only more text can tell. `soon`: already
 * the next word can.
 */
export type Verdict =
  | { kind: 'calls'; calls: WrittenCall[]; length: number }
  | { kind: 'no' }
  | { kind: 'more'; soon?: boolean }

/**
 * `final`: no more text will come. `isTool`: whether a name is one of the tools at hand; what names another thing is text, such as an
 * example that the model writes about.
 */
export type DialectReader = (text: string, final: boolean, isTool: (name: string) => boolean) => Verdict

export const no: Verdict = { kind: 'no' }
export const more: Verdict = { kind: 'more' }

/** Takes the closing mark along where it follows. */
export function closed(text: string, at: number, close: string, calls: WrittenCall[], final: boolean): Verdict {
  const from = skipSpace(text, at)
  const rest = text.slice(from, from + close.length)
  if (rest === close) return { kind: 'calls', calls, length: from + close.length }
  if (close.startsWith(rest) && !final) return more
  return { kind: 'calls', calls, length: at }
}

export function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at += 1
  return at
}
