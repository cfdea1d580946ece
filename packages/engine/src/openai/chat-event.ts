import type { Usage } from '@reynard/protocol'
import type { EngineToolCall } from '../engine.ts'
import { errorText } from '../http/management-fetch.ts'
import { readTokenCount } from '../http/read-count.ts'
import { lineFailure, UpstreamFailure } from '../http/upstream-failure.ts'
import { MOST_CALLS, readToolCall } from '../tool-call.ts'

/** A piece of a tool call: the first one names it, the others go on with its arguments. */
export type CallPiece = { index: number; name: string; arguments: string }

/** What one event says, read without trust. */
export type ChatEvent = {
  reasoning: string
  text: string
  calls: CallPiece[]
  finish: string | null
  usage: Usage | null
}

/** Reads the JSON after `data:`. Throws `UpstreamFailure` for errors, for what is no JSON, and for fields of a wrong type. */
export function readChatEvent(data: string, server: string): ChatEvent {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    throw new UpstreamFailure('engine-failed', `${server} sent an event that is no JSON.`)
  }
  const event = Object(value)
  if (get(event, 'error') !== undefined && get(event, 'error') !== null) {
    throw lineFailure(errorText(data) || 'no reason given', server)
  }
  const choices = get(event, 'choices')
  if (choices !== undefined && choices !== null && !Array.isArray(choices)) throw strange(server)
  const choice: unknown = choices?.[0]
  const delta = Object(get(Object(choice), 'delta'))
  const finish = get(Object(choice), 'finish_reason')
  return {
    reasoning: text(get(delta, 'reasoning_content') ?? get(delta, 'reasoning'), server),
    text: text(get(delta, 'content'), server),
    calls: readCalls(get(delta, 'tool_calls'), server),
    finish: typeof finish === 'string' && finish !== '' ? finish : null,
    usage: readUsage(get(event, 'usage')),
  }
}

/** The calls whose pieces have come, each with an id of ours: some servers give none, or the same one each turn. */
export function assembleCalls(pieces: CallPiece[], server: string): EngineToolCall[] {
  const calls = new Map<number, { name: string; json: string }>()
  for (const { index, name, arguments: json } of pieces) {
    const there = calls.get(index)
    if (there === undefined) calls.set(index, { name, json })
    else {
      there.json += json
      if (there.name === '') there.name = name
    }
  }
  if (calls.size > MOST_CALLS) throw strange(server)
  return [...calls.values()].map(({ name, json }) => {
    let value: unknown
    try {
      value = json.trim() === '' ? {} : JSON.parse(json)
    } catch {
      value = undefined
    }
    const call = value === undefined || value === null ? null : readToolCall(name, value)
    if (call === null) {
      throw new UpstreamFailure(
        'engine-failed',
        `The model called a tool in a form that ${server} could not read. Try again.`,
        'engine-failed',
        true,
      )
    }
    return call
  })
}

function get(object: object, name: string): unknown {
  return Reflect.get(object, name)
}

function strange(server: string): UpstreamFailure {
  return new UpstreamFailure('engine-failed', `${server} sent an event of an unknown form.`)
}

function text(value: unknown, server: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw strange(server)
  return value
}

function readCalls(value: unknown, server: string): CallPiece[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.length > MOST_CALLS) throw strange(server)
  return value.map((piece: unknown, position) => {
    const index = get(Object(piece), 'index')
    const call = Object(get(Object(piece), 'function'))
    return {
      index: typeof index === 'number' ? index : position,
      name: text(get(call, 'name'), server),
      arguments: text(get(call, 'arguments'), server),
    }
  })
}

function readUsage(value: unknown): Usage | null {
  if (typeof value !== 'object' || value === null) return null
  return {
    promptTokens: readTokenCount(get(value, 'prompt_tokens')),
    completionTokens: readTokenCount(get(value, 'completion_tokens')),
  }
}
