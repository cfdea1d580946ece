import type { Usage } from '@reynard/protocol'
import type { EnginePart, EngineToolCall } from '../engine.ts'
import { readTokenCount } from '../http/read-count.ts'
import { lineFailure, UpstreamFailure } from '../http/upstream-failure.ts'
import { MOST_CALLS, readToolCall } from '../tool-call.ts'

/** What a line of `/api/chat` says, read without trust: the other side may be any proxy or any version. */
export type ChatChunk = {
  parts: EnginePart[]
  done: false | { reason: 'stop' | 'length'; usage: Usage; evalCount: number }
}

/** Reads one line. Throws `UpstreamFailure` for an error line, for what is no JSON, and for fields of a wrong type. */
export function readChatChunk(line: string, server: string): ChatChunk {
  const chunk = parse(line, server)
  if ('error' in chunk && chunk.error !== undefined) {
    throw lineFailure(typeof chunk.error === 'string' ? chunk.error : 'no reason given', server)
  }
  const parts: EnginePart[] = []
  const message = field(chunk, 'message')
  if (message !== undefined && message !== null) {
    if (typeof message !== 'object') throw strange(server)
    const thinking = optionalText(field(message, 'thinking'), server)
    if (thinking !== '') parts.push({ type: 'reasoning', text: thinking })
    const content = optionalText(field(message, 'content'), server)
    if (content !== '') parts.push({ type: 'text', text: content })
    const calls = field(message, 'tool_calls')
    if (calls !== undefined && calls !== null) {
      if (!Array.isArray(calls) || calls.length > MOST_CALLS) throw strange(server)
      for (const call of calls) parts.push({ type: 'tool-call', call: readCall(call, server) })
    }
  }
  const done = field(chunk, 'done')
  if (done !== undefined && typeof done !== 'boolean') throw strange(server)
  if (done !== true) return { parts, done: false }
  return {
    parts,
    done: {
      reason: field(chunk, 'done_reason') === 'length' ? 'length' : 'stop',
      usage: readUsage(chunk),
      evalCount: readTokenCount(field(chunk, 'eval_count')) ?? 0,
    },
  }
}

/** What several lines say. `failure`: what is wrong with the line after those that `parts` come from. */
type ChatChunks = Pick<ChatChunk, 'parts' | 'done'> & { failure: UpstreamFailure | null }

/** Reads lines that came together, up to the one that ends the answer. Their text is joined: handing on each token costs more than reading it. */
export function readChatChunks(lines: readonly string[], server: string): ChatChunks {
  const joined: EnginePart[] = []
  for (const line of lines) {
    let chunk: ChatChunk
    try {
      chunk = readChatChunk(line, server)
    } catch (error) {
      if (error instanceof UpstreamFailure) return { parts: joined, done: false, failure: error }
      throw error
    }
    for (const part of chunk.parts) join(joined, part)
    if (chunk.done !== false) return { parts: joined, done: chunk.done, failure: null }
  }
  return { parts: joined, done: false, failure: null }
}

function join(parts: EnginePart[], part: EnginePart): void {
  const last = parts.at(-1)
  if ((last?.type === 'text' || last?.type === 'reasoning') && part.type === last.type) {
    last.text += part.text
    last.tokens = (last.tokens ?? 1) + 1
  } else parts.push(part)
}

function parse(line: string, server: string): object {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new UpstreamFailure('engine-failed', `${server} sent a line that is no JSON.`)
  }
  if (typeof value !== 'object' || value === null) throw strange(server)
  return value
}

function strange(server: string): UpstreamFailure {
  return new UpstreamFailure('engine-failed', `${server} sent an answer of a form that Ollama does not have.`)
}

function field(object: object, name: string): unknown {
  return Reflect.get(object, name)
}

function optionalText(value: unknown, server: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw strange(server)
  return value
}

/** The ids that Ollama gives are not unique from turn to turn (`index` starts anew each time), so each call gets one of ours. */
function readCall(value: unknown, server: string): EngineToolCall {
  const call = field(Object(value), 'function')
  const given = field(Object(call), 'arguments')
  const name = field(Object(call), 'name')
  const read = readToolCall(name, given)
  if (read !== null) return read
  // Names are the model's: one that nobody can have meant is for it to hear of, and no fault of the server.
  if (typeof name === 'string' && readToolCall(name, {}) === null) {
    throw new UpstreamFailure('engine-failed', 'The name of a tool call can not be read.', 'engine-failed', true)
  }
  if (typeof given !== 'string') throw strange(server)
  throw new UpstreamFailure('engine-failed', 'The arguments of a tool call are not valid JSON.', 'engine-failed', true)
}

function milliseconds(nanoseconds: unknown): number | undefined {
  return typeof nanoseconds === 'number' && Number.isFinite(nanoseconds) && nanoseconds >= 0
    ? nanoseconds / 1_000_000
    : undefined
}

/** `prompt_eval_count` counts cached tokens too: it is the true size of the prompt. Ollama leaves out what is zero. */
function readUsage(chunk: object): Usage {
  return {
    promptTokens: readTokenCount(field(chunk, 'prompt_eval_count')),
    completionTokens: readTokenCount(field(chunk, 'eval_count')),
    loadMs: milliseconds(field(chunk, 'load_duration')),
    promptMs: milliseconds(field(chunk, 'prompt_eval_duration')),
    completionMs: milliseconds(field(chunk, 'eval_duration')),
  }
}
