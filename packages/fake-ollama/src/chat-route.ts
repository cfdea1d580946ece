import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type FakeAnswer, type FakeChatRequest, fillerText, tokenize } from './answer.ts'
import { playEarlyFault } from './early-fault.ts'
import { type FakeState, takeFault } from './fake-state.ts'
import { answerFromMarkers } from './markers.ts'
import type { FakeModel } from './model-store.ts'
import { replay } from './replay.ts'
import type { RecordedRequest } from './request-log.ts'
import { field, sendError, sendJson, textField } from './respond.ts'
import { streamAnswer } from './stream-answer.ts'
import { ollamaFormat, type WireFormat } from './wire-format.ts'

/** `POST /api/chat`: loads, queues inside, thinks, answers, breaks, as told. */
export async function handleChat(state: FakeState, request: RecordedRequest, res: ServerResponse): Promise<void> {
  const { body } = request
  if (typeof body !== 'object' || body === null) {
    return sendError(res, 400, body === undefined ? 'missing request body' : 'unexpected EOF')
  }
  const name = textField(body, 'model')
  const model = state.models.find(name)
  if (model !== undefined && list(field(body, 'messages')).length === 0) {
    if (playEarlyFault(state, takeFault(state, request, name), request, res)) return
    return handleLoad(state, model, body, res)
  }
  await answerChat(state, request, res, {
    fail: (status, message) => sendError(res, status, message),
    wire: ollamaFormat(name),
    chat: readChat(request),
    stream: field(body, 'stream') !== false,
    limit: numberOf(field(field(body, 'options'), 'num_predict')),
  })
}

type Shape = {
  fail(status: number, message: string): void
  wire: WireFormat
  chat: FakeChatRequest
  stream: boolean
  limit: number | undefined
  /** The whole answer at once, where the client asked for no stream. */
  whole?(model: string, answer: FakeAnswer, promptEvalCount: number): unknown
}

/** The way of every chat, whichever of the two wire formats it speaks. */
export async function answerChat(
  state: FakeState,
  request: RecordedRequest,
  res: ServerResponse,
  shape: Shape,
): Promise<void> {
  const { chat } = shape
  const given = answerFor(state, chat)
  const fault = takeFault(state, request, chat.model) ?? given.fault
  if (playEarlyFault(state, fault, request, res)) return
  if (given.replay !== undefined) return replay(res, request, given.replay)
  const model = state.models.find(chat.model)
  if (chat.model === '') return shape.fail(400, 'model is required')
  if (model === undefined) return shape.fail(404, `model '${chat.model}' not found`)
  const thinks = model.capabilities.includes('thinking')
  if (chat.think === true && !thinks) return shape.fail(400, `"${chat.model}" does not support thinking`)
  if (chat.tools.length > 0 && !model.capabilities.includes('tools')) {
    return shape.fail(400, `${model.name} does not support tools`)
  }
  if (model.capabilities.length > 0 && !model.capabilities.includes('completion')) {
    return shape.fail(400, `"${chat.model}" does not support chat`)
  }

  const gone = new AbortController()
  res.once('close', () => gone.abort())
  const loadMs = given.loadMs ?? state.settings.loadMs
  const contextTokens = numberOf(chat.options.num_ctx)
  const askedAt = performance.now()
  const free = await state.models
    .acquire(
      model,
      {
        parallel: state.settings.parallel,
        contextTokens,
        loadMs,
        keepAliveMs: keepAliveMs(field(request.body, 'keep_alive')),
      },
      gone.signal,
    )
    .catch(() => undefined)
  if (free === undefined) return
  const waitedMs = performance.now() - askedAt
  try {
    // Not tied to the client: a real runner evaluates the whole prompt of a client that has gone.
    if (state.settings.prefillMs > 0) await delay(state.settings.prefillMs)
    if (gone.signal.aborted) return
    const answer = { ...given, fault, reasoning: thinks && chat.think !== false ? given.reasoning : undefined }
    // Tools stand in the prompt as any text does.
    const toolTokens = chat.tools.length === 0 ? 0 : Math.ceil(JSON.stringify(chat.tools).length / 4)
    const promptTokens = chat.messages.reduce(
      (sum, { content }) => sum + 4 + Math.ceil(content.length / 4),
      3 + toolTokens,
    )
    const promptEvalCount = given.promptEvalCount ?? Math.min(promptTokens, contextTokens ?? 4096)
    const tokensPerSecond = given.tokensPerSecond ?? state.settings.tokensPerSecond
    const limit = shape.limit !== undefined && shape.limit > 0 ? shape.limit : Number.POSITIVE_INFINITY
    if (!shape.stream) {
      const tokens = tokenize(answer.text)
      if (Number.isFinite(tokensPerSecond)) await delay((tokens.length / tokensPerSecond) * 1000)
      const text = tokens.slice(0, limit)
      const cut: FakeAnswer = { ...answer, text, doneReason: tokens.length > limit ? 'length' : 'stop' }
      const toWhole = shape.whole ?? wholeChat
      sendJson(res, 200, toWhole(chat.model, cut, promptEvalCount))
      return
    }
    await streamAnswer({
      res,
      request,
      answer,
      wire: shape.wire,
      pacer: state.pacer,
      tokensPerSecond,
      limit,
      end: { promptEvalCount, loadMs: waitedMs },
    })
  } finally {
    free()
  }
}

function wholeChat(model: string, answer: FakeAnswer, promptEvalCount: number): unknown {
  const text = tokenize(answer.text)
  return {
    model,
    created_at: new Date().toISOString(),
    message: { role: 'assistant', content: text.join('') },
    done: true,
    done_reason: answer.doneReason,
    prompt_eval_count: promptEvalCount,
    eval_count: text.length + 1,
  }
}

/** Without messages a chat loads the model, or takes it out with `keep_alive: 0`. One JSON document, also where a stream was asked for. */
async function handleLoad(state: FakeState, model: FakeModel, body: object, res: ServerResponse): Promise<void> {
  const unload = keepAliveMs(field(body, 'keep_alive')) === 0
  if (unload) await state.models.unload(model)
  else {
    const gone = new AbortController()
    res.once('close', () => gone.abort())
    const { parallel, loadMs } = state.settings
    const contextTokens = numberOf(field(field(body, 'options'), 'num_ctx'))
    const free = await state.models
      .acquire(
        model,
        { parallel, loadMs, contextTokens, keepAliveMs: keepAliveMs(field(body, 'keep_alive')) },
        gone.signal,
      )
      .catch(() => undefined)
    if (free === undefined) return
    free()
  }
  sendJson(res, 200, {
    model: textField(body, 'model'),
    created_at: new Date().toISOString(),
    message: { role: 'assistant', content: '' },
    done: true,
    done_reason: unload ? 'unload' : 'load',
  })
}

function answerFor(state: FakeState, chat: FakeChatRequest): FakeAnswer {
  const planned = state.answers.shift()
  if (planned !== undefined) return planned
  const scripted = state.script?.(chat)
  const base = typeof scripted === 'string' ? { text: scripted } : scripted
  const marked = answerFromMarkers(chat.prompt)
  const standard: FakeAnswer = {
    text: chat.format === undefined || chat.format === '' ? fillerText(12) : '{"answer":"yes"}',
    reasoning: 'The question is short, so the answer can be short as well.',
  }
  return { ...(base ?? standard), ...marked }
}

export function readChat(request: RecordedRequest): FakeChatRequest {
  const { body, headers } = request
  const messages = list(field(body, 'messages')).map((message) => ({
    role: textField(message, 'role'),
    content: textField(message, 'content'),
  }))
  const options = field(body, 'options')
  return {
    model: textField(body, 'model'),
    messages,
    prompt: messages.findLast((message) => message.role === 'user')?.content ?? '',
    think: field(body, 'think'),
    format: field(body, 'format'),
    tools: list(field(body, 'tools')),
    options: typeof options === 'object' && options !== null ? { ...options } : {},
    headers,
  }
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** `"5m"`, `"30s"`, seconds as a number; negative is forever. */
function keepAliveMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value < 0 ? Number.POSITIVE_INFINITY : value * 1000
  if (typeof value !== 'string') return undefined
  const [, amount, unit] = /^(-?\d+)(ms|s|m|h)?$/.exec(value) ?? []
  if (amount === undefined) return undefined
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? 's'] ?? 1000
  return Number(amount) < 0 ? Number.POSITIVE_INFINITY : Number(amount) * factor
}
