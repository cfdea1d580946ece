/** Colours and cursor moves of terminals, and the links that some draw. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g
/** All but tab and newline; and what turns the direction of writing round, by which a line can read as another one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Text of a tool as it may be shown: what a person reads is what stands there. Line ends become `\n`. */
export function plainText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(ESCAPES, '').replaceAll(CONTROLS, '')
}
