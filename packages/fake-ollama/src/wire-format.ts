import type { FakeToolCall } from './answer.ts'
import { goJson } from './respond.ts'

/** What the last chunk says about the answer. Durations in milliseconds. */
export type AnswerEnd = {
  lastText: string
  toolCalls: FakeToolCall[]
  doneReason: 'stop' | 'length'
  promptEvalCount: number
  evalCount: number
  totalMs: number
  loadMs: number
  evalMs: number
}

/** How an answer looks on the wire: Ollama's own lines, or the events of the OpenAI-compatible path. */
export type WireFormat = {
  contentType: string
  reasoning(text: string): string
  text(text: string): string
  toolCalls(calls: FakeToolCall[]): string
  end(end: AnswerEnd): string
  error(message: string): string
  brokenLine(): string
  wrongTypes(): string
  hugeLine(bytes: number): string
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const callId = () =>
  `call_${Array.from({ length: 8 }, () => letters[Math.floor(Math.random() * letters.length)]).join('')}`

let stampedAt = 0
let stamp = ''
/** Go writes nanoseconds. One Date per millisecond is enough for thousands of tokens a second. */
function createdAt(): string {
  const now = Date.now()
  if (now !== stampedAt) {
    stampedAt = now
    stamp = new Date(now).toISOString().replace('Z', '000000Z')
  }
  return stamp
}

const nanoseconds = (ms: number) => Math.max(1, Math.round(ms * 1_000_000))

export function ollamaFormat(model: string): WireFormat {
  const name = goJson(model)
  const line = (message: string, rest: string) =>
    `{"model":${name},"created_at":"${createdAt()}","message":{"role":"assistant",${message}},${rest}}\n`
  const calls = (all: FakeToolCall[]) =>
    goJson(all.map((call, index) => ({ id: callId(), function: { index, ...call } })))
  return {
    contentType: 'application/x-ndjson',
    reasoning: (text) => line(`"content":"","thinking":${goJson(text)}`, '"done":false'),
    text: (text) => line(`"content":${goJson(text)}`, '"done":false'),
    toolCalls: (all) => line(`"content":"","tool_calls":${calls(all)}`, '"done":false'),
    end: (end) =>
      line(
        `"content":${goJson(end.lastText)}${end.toolCalls.length > 0 ? `,"tool_calls":${calls(end.toolCalls)}` : ''}`,
        `"done":true,"done_reason":"${end.doneReason}","total_duration":${nanoseconds(end.totalMs)},` +
          `"load_duration":${nanoseconds(end.loadMs)},"prompt_eval_count":${end.promptEvalCount},` +
          `"prompt_eval_duration":${nanoseconds(end.promptEvalCount / 10)},"eval_count":${end.evalCount},` +
          `"eval_duration":${nanoseconds(end.evalMs)}`,
      ),
    error: (message) => `${goJson({ error: message })}\n`,
    brokenLine: () => `{"model":${name},"message":{"role":"assistant","con\n`,
    wrongTypes: () => line('"content":{"text":"no string"},"tool_calls":"none"', '"done":"no"'),
    hugeLine: (bytes) => line(`"content":"${'x'.repeat(bytes)}"`, '"done":false'),
  }
}

export function openAiFormat(model: string): WireFormat {
  const head = `"id":"chatcmpl-${Math.floor(Math.random() * 1000)}","object":"chat.completion.chunk","created":${Math.floor(
    Date.now() / 1000,
  )},"model":${goJson(model)},"system_fingerprint":"fp_ollama"`
  const event = (delta: string, finish = 'null') =>
    `data: {${head},"choices":[{"index":0,"delta":{"role":"assistant",${delta}},"finish_reason":${finish}}]}\n\n`
  /** The arguments come in two halves, as servers that stream them send them. */
  const calls = (all: FakeToolCall[]) =>
    all
      .map((call, index) => {
        const text = JSON.stringify(call.arguments)
        const half = Math.ceil(text.length / 2)
        const first = { index, id: callId(), type: 'function', function: { name: call.name, arguments: '' } }
        const parts = [
          first,
          ...[text.slice(0, half), text.slice(half)].map((part) => ({ index, function: { arguments: part } })),
        ]
        return parts.map((part) => event(`"content":"","tool_calls":${goJson([part])}`)).join('')
      })
      .join('')
  return {
    contentType: 'text/event-stream',
    reasoning: (text) => event(`"content":"","reasoning":${goJson(text)}`),
    text: (text) => event(`"content":${goJson(text)}`),
    toolCalls: calls,
    end: (end) => {
      const usage = {
        prompt_tokens: end.promptEvalCount,
        completion_tokens: end.evalCount,
        total_tokens: end.promptEvalCount + end.evalCount,
      }
      return (
        calls(end.toolCalls) +
        event(`"content":${goJson(end.lastText)}`, JSON.stringify(end.doneReason)) +
        `data: {${head},"choices":[],"usage":${JSON.stringify(usage)}}\n\ndata: [DONE]\n\n`
      )
    },
    error: (message) => `data: ${goJson({ error: { message, type: 'api_error' } })}\n\n`,
    brokenLine: () => 'data: {"id":"chatcmpl-1","choices":[{"ind\n\n',
    wrongTypes: () => `data: {${head},"choices":"none"}\n\n`,
    hugeLine: (bytes) => event(`"content":"${'x'.repeat(bytes)}"`),
  }
}
