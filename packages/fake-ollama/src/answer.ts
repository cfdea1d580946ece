import type { Fault } from './fault.ts'

export type FakeToolCall = { name: string; arguments: Record<string, unknown> }

/** One answer of the fake model. Text in an array is streamed as it is cut there; a string is cut like a tokenizer would. */
export type FakeAnswer = {
  reasoning?: string | string[]
  text?: string | string[]
  toolCalls?: FakeToolCall[]
  /** In a chunk of their own, or all in the last chunk, as servers with a native tool parser have it. */
  toolCallsIn?: 'stream' | 'last'
  /** The last piece of text comes in the chunk that says `done`. */
  textInLast?: boolean
  doneReason?: 'stop' | 'length'
  promptEvalCount?: number
  evalCount?: number
  tokensPerSecond?: number
  loadMs?: number
  fault?: Fault
  /** A recording to play instead, byte for byte. `cuts`: lengths of the packets, repeated; without it each chunk is a packet. */
  replay?: { name: string; cuts?: number[] }
}

/** What a request for an answer says, as far as a script cares. */
export type FakeChatRequest = {
  model: string
  messages: { role: string; content: string }[]
  /** The last message of the user. */
  prompt: string
  think: unknown
  format: unknown
  tools: unknown[]
  options: Record<string, unknown>
  headers: NodeJS.Dict<string | string[]>
}

export type FakeScript = (request: FakeChatRequest) => FakeAnswer | string | undefined

const pieces = /\s*[^\s]{1,6}|\s+$/g

/** Cuts text into pieces of about the size of real tokens; joined they are the text. */
export function tokenize(text: string | string[] | undefined): string[] {
  if (text === undefined) return []
  return typeof text === 'string' ? (text.match(pieces) ?? []) : text
}

const words = 'the quick brown fox watches how a small stream runs over stones and never asks where it ends'.split(' ')

/** `count` tokens of text that reads like text; the same for the same count. */
export function fillerText(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index === 0 ? '' : ' '}${words[index % words.length]}`)
}
