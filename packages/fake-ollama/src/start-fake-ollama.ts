import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { FakeAnswer, FakeScript } from './answer.ts'
import { handleChat } from './chat-route.ts'
import { playEarlyFault } from './early-fault.ts'
import { type FakeSettings, type FakeState, takeFault } from './fake-state.ts'
import { type Fault, type FaultKind, isFaultKind } from './fault.ts'
import {
  handleCopy,
  handleCreate,
  handleDelete,
  handleEmbed,
  handlePs,
  handleShow,
  handleTags,
} from './model-routes.ts'
import { createModelStore, type FakeModelInput } from './model-store.ts'
import { handleOpenAiChat, handleOpenAiModels } from './openai-route.ts'
import { createPacer } from './pacer.ts'
import { handlePull } from './pull-route.ts'
import { createRequestLog, type RecordedRequest } from './request-log.ts'
import { field, readBody, sendError, sendJson, sendText, textField } from './respond.ts'

export type FakeOllamaOptions = Partial<FakeSettings> & {
  /** 0 (default): any free port. */
  port?: number
  host?: string
  models?: FakeModelInput[]
  /** What the model answers. `undefined`: the standard answer. Orders in the prompt (`[[tokens:200]]`, see markers.ts) come on top. */
  answer?: FakeScript
}

export type FakeOllama = {
  readonly url: string
  readonly port: number
  readonly control: FakeControl
  /** Every request so far, oldest first. */
  readonly requests: RecordedRequest[]
  close(): Promise<void>
}

export type FakeControl = {
  set(settings: Partial<FakeSettings>): void
  /** The next `times` (default 1) requests fail so: chats, or those of `path`, or those for `model`. */
  fail(fault: Fault | FaultKind, where?: { times?: number; path?: string; model?: string }): void
  clearFaults(): void
  /** Answers for the next chats, one each, before any script. */
  answerNext(...answers: (FakeAnswer | string)[]): void
  script(script: FakeScript | undefined): void
  addModel(model: FakeModelInput): void
  removeModel(name: string): void
  /** The server is gone: connections are cut, new ones refused. */
  stop(): Promise<void>
  /** It is there again, on the same port. */
  start(): Promise<void>
  /** The first request, past or coming, that fits: a path or a test. */
  request(fits: string | ((request: RecordedRequest) => boolean)): Promise<RecordedRequest>
}

/** A scripted Ollama over real HTTP. Depends on nothing but Node. */
export async function startFakeOllama(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
  const host = options.host ?? '127.0.0.1'
  const server = createServer({ noDelay: true, keepAliveTimeout: 30_000 })
  // A 10 MB question or an unread answer may take its time.
  server.requestTimeout = 0
  let port = options.port ?? 0
  let comeBack: NodeJS.Timeout | undefined

  const start = async () => {
    clearTimeout(comeBack)
    if (server.listening) return
    server.listen(port, host)
    await once(server, 'listening')
    const address = server.address()
    if (typeof address === 'object' && address !== null) port = address.port
  }
  const stop = async () => {
    clearTimeout(comeBack)
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const request of state.log.all) if (request.outcome === 'open') request.cutting = true
    server.closeAllConnections()
    await closed
  }

  const state: FakeState = {
    settings: {
      tokensPerSecond: options.tokensPerSecond ?? Number.POSITIVE_INFINITY,
      parallel: options.parallel ?? 1,
      loadMs: options.loadMs ?? 0,
      prefillMs: options.prefillMs ?? 0,
      pullBytes: options.pullBytes ?? 50_000_000,
      pullBytesPerSecond: options.pullBytesPerSecond ?? Number.POSITIVE_INFINITY,
      version: options.version ?? '0.24.0',
    },
    models: createModelStore(options.models ?? ['llama3.2:1b']),
    log: createRequestLog(),
    pacer: createPacer(),
    faults: [],
    answers: [],
    script: options.answer,
    partialPulls: new Map(),
    goneFor: (ms) => {
      void stop().then(() => {
        comeBack = setTimeout(() => void start(), ms)
      })
    },
  }

  const control: FakeControl = {
    set: (settings) => Object.assign(state.settings, settings),
    fail: (fault, where = {}) => {
      const { times = 1, path, model } = where
      state.faults.push({ fault: typeof fault === 'string' ? { kind: fault } : fault, times, path, model })
    },
    clearFaults: () => state.faults.splice(0),
    answerNext: (...answers) =>
      state.answers.push(...answers.map((answer) => (typeof answer === 'string' ? { text: answer } : answer))),
    script: (script) => {
      state.script = script
    },
    addModel: (model) => state.models.add(model),
    removeModel: (name) => state.models.remove(name),
    start,
    stop,
    request: (fits) => state.log.find(typeof fits === 'string' ? (request) => request.path === fits : fits),
  }

  server.on('request', (req, res) => {
    const request = state.log.record(req, res)
    // Whoever runs the fake sees a bug of its own as a failed answer with a text, never as a hanging one.
    handle(state, control, request, req, res).catch((error: unknown) => {
      if (!res.headersSent) sendError(res, 500, `fake-ollama: ${String(error)}`)
      else res.destroy()
    })
  })
  await start()
  return { url: `http://${host}:${port}`, port, control, requests: state.log.all, close: stop }
}

async function handle(
  state: FakeState,
  control: FakeControl,
  request: RecordedRequest,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const text = await readBody(req)
  request.body = text === '' ? undefined : parse(text)
  state.log.announce(request)
  const { body } = request
  switch (`${request.method} ${request.path}`) {
    case 'POST /api/chat':
      return handleChat(state, request, res)
    case 'POST /v1/chat/completions':
      return handleOpenAiChat(state, request, res)
    case 'POST /api/pull':
      return handlePull(state, request, res)
    case 'POST /fake/control':
      return handleControl(state, control, body, res)
  }
  if (playEarlyFault(state, takeFault(state, request, textField(body, 'model')), request, res)) return
  switch (`${request.method} ${request.path}`) {
    case 'GET /':
      return sendText(res, 200, 'Ollama is running')
    case 'HEAD /':
      return sendText(res, 200, '')
    case 'GET /api/version':
      return sendJson(res, 200, { version: state.settings.version })
    case 'GET /api/tags':
      return handleTags(state, res)
    case 'GET /api/ps':
      return handlePs(state, res)
    case 'POST /api/show':
      return handleShow(state, body, res)
    case 'POST /api/copy':
      return handleCopy(state, body, res)
    case 'DELETE /api/delete':
      return handleDelete(state, body, res)
    case 'POST /api/create':
      return handleCreate(state, body, res)
    case 'POST /api/embed':
      return handleEmbed(state, body, res)
    case 'GET /v1/models':
      return handleOpenAiModels(state, res)
    default:
      return sendText(res, 404, '404 page not found')
  }
}

/**
 * `POST /fake/control`, for those who run the fake in another process:
 * `{"set": {"tokensPerSecond": 50}, "fail": {"kind": "reset", "afterTokens": 5}, "times": 2, "path": "/api/chat", "clear": true, "goneMs": 3000}`.
 * Answers with the settings and how each chat so far ended.
 */
function handleControl(state: FakeState, control: FakeControl, body: unknown, res: ServerResponse): void {
  const set = field(body, 'set')
  if (typeof set === 'object' && set !== null) control.set({ ...set })
  if (field(body, 'clear') === true) control.clearFaults()
  const fail = field(body, 'fail')
  const kind = typeof fail === 'string' ? fail : textField(fail, 'kind')
  if (isFaultKind(kind)) {
    const times = field(body, 'times')
    const path = textField(body, 'path')
    control.fail(
      { ...(typeof fail === 'object' ? fail : {}), kind },
      { times: typeof times === 'number' ? times : 1, path: path === '' ? undefined : path },
    )
  }
  const chats = state.log.all
    .filter((request) => request.path.includes('chat'))
    .map(({ path, outcome, tokensSent }) => ({ path, outcome, tokensSent }))
  sendJson(res, 200, { settings: state.settings, chats })
  const goneMs = field(body, 'goneMs')
  if (typeof goneMs === 'number') state.goneFor(goneMs)
}

/** The text itself where it is no JSON: the routes answer that with an error, as the real ones do. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
