import { setImmediate } from 'node:timers/promises'
import { SandboxError } from '@reynard/sandbox'
import type { ToolOutput } from '../tools/tool.ts'
import { capText, cleanText, outputCharacters } from './clean-output.ts'
import type { PendingCall, TurnHost } from './turn.ts'

/** What is kept of one result beside what the model reads at once. Characters. */
const mostKept = 16 * 1024 * 1024
/** More is not cleaned in one go: it would keep the server from everything else. Characters. */
const pieceCharacters = 256 * 1024

type Reading = { host: Pick<TurnHost, 'keepOutput'>; windowTokens: number }

/** What the model reads of a result: all of it where that fits, else beginning and end, and in words where the rest is. */
export async function modelContent(call: PendingCall, output: ToolOutput, { host, windowTokens }: Reading) {
  const { content, full = content, truncated: isPart = false } = output
  const { text, isCut } = shownOf(content, outputCharacters(windowTokens))
  if (!isCut && output.full === undefined) return { content: text, truncated: isPart }
  return { content: `${text}\n${await keepWhole(call, full, isPart, host)}`, truncated: true }
}

/** Words for what a program had written before it failed or was ended; '' where it had written nothing. */
export async function keptOfFailure(call: PendingCall, error: unknown, host: Reading['host']): Promise<string> {
  const output = error instanceof SandboxError ? error.output : undefined
  const text = output === undefined ? '' : [output.stdout, output.stderr].filter(Boolean).join('\n')
  if (output === undefined || text.trim() === '') return ''
  if (text.length <= longestAfterFailure) return `What it had written until then:\n${cleanText(text)}`
  const end = cleanText(text.slice(-longestAfterFailure))
  return `The end of what it had written until then:\n${end}\n${await keepWhole(call, text, output.truncated, host)}`
}
const longestAfterFailure = 1_200

/** Keeps it as a file and says what is where. `isPart`: there was more already that did not come this far. */
async function keepWhole(call: PendingCall, full: string, isPart: boolean, host: Reading['host']): Promise<string> {
  const counted = { lines: 0 }
  const kept = full.slice(0, mostKept)
  const path = (await host.keepOutput?.(call, cleanPieces(kept, counted))) ?? null
  if (path === null) return 'The rest could not be kept.'
  const isWhole = !isPart && kept.length === full.length
  const what = isWhole ? 'All of it' : 'More of it, but not all,'
  const beyond = isWhole ? '' : ' What came after that was not kept.'
  return `${what} is in ${path}, ${counted.lines === 1 ? '1 line' : `${counted.lines} lines`}: read_file reads it in ranges.${beyond}`
}

/** Beginning and end as the model reads them. Of a very long text only what may be shown is cleaned. */
function shownOf(content: string, most: number): { text: string; isCut: boolean } {
  if (content.length <= pieceCharacters) {
    const { text, cut } = capText(cleanText(content), most)
    return { text, isCut: cut > 0 }
  }
  const head = cleanText(content.slice(0, most * 4)).slice(0, Math.ceil(most * 0.7))
  const tail = cleanText(content.slice(-most * 4)).slice(-Math.floor(most * 0.3))
  const note = `\n…[${content.length - head.length - tail.length} of ${content.length} characters are left out here]…\n`
  return { text: `${head}${note}${tail}`.toWellFormed(), isCut: true }
}

/** A text without what deceives, piece by piece with pauses in between; counts its lines. */
async function* cleanPieces(text: string, counted: { lines: number }): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; ) {
    if (at > 0) await setImmediate()
    const end = endOfPiece(text, at)
    const clean = cleanText(text.slice(at, end))
    for (let found = clean.indexOf('\n'); found >= 0; found = clean.indexOf('\n', found + 1)) counted.lines += 1
    if (end === text.length && !clean.endsWith('\n')) counted.lines += 1
    yield Buffer.from(clean)
    at = end
  }
}

/** Behind a line where there is one, and never within a character. */
function endOfPiece(text: string, at: number): number {
  const most = at + pieceCharacters
  if (most >= text.length) return text.length
  const newline = text.lastIndexOf('\n', most - 1)
  if (newline > at) return newline + 1
  const unit = text.charCodeAt(most - 1)
  return unit >= 0xd800 && unit <= 0xdbff ? most - 1 : most
}
