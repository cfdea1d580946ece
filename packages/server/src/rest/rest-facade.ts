import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access, Caller } from '../access/access.ts'
import type { RestRoute } from '../access/rest-route.ts'
import { describeError } from '../http/error-map.ts'
import { logUnexpected } from '../http/log-unexpected.ts'
import type { RunLogger } from '../runs/ports.ts'
import type { Services } from '../services.ts'
import { type AssistantHost, answerAssistant, streamAssistant } from './assistant-routes.ts'
import { answerChat, streamChat } from './chat-routes.ts'
import { RestFailure, sendFailure, sendJson } from './rest-response.ts'
import { listedModels, reportedHealth } from './status-routes.ts'

export type RestFacadeOptions = Omit<AssistantHost, 'runs' | 'ownerId'> & {
  services: Pick<Services, 'runs' | 'models' | 'status'>
  logger: RunLogger
}

type Handler = (req: IncomingMessage, res: ServerResponse, caller: Caller) => void | Promise<void>

/** REST as the original's clients speak it, under `/api/ollama`, and `/api/health`. */
export function createRestFacade(options: RestFacadeOptions): RestRoute[] {
  const { services } = options
  const hostFor = ({ userId }: Caller): AssistantHost => ({ ...options, runs: services.runs, ownerId: userId })
  const chat = { role: 'member', scope: 'chat' } as const
  const post = (
    path: string,
    answer: (host: AssistantHost, req: IncomingMessage, res: ServerResponse) => Promise<void>,
  ) =>
    route(options, {
      path,
      method: 'POST',
      access: chat,
      serve: (req, res, caller) => answer(hostFor(caller), req, res),
    })
  return [
    post('/api/ollama/chat', answerChat),
    post('/api/ollama/chat/stream', streamChat),
    post('/api/ollama/assistant', answerAssistant),
    post('/api/ollama/assistant/stream', streamAssistant),
    route(options, {
      path: '/api/ollama/models',
      method: 'GET',
      access: { role: 'member', scope: 'read' },
      serve: (_req, res) => sendJson(res, 200, listedModels(services.models.list())),
    }),
    route(options, {
      path: '/api/ollama/admin/health',
      method: 'GET',
      access: { role: 'admin', scope: 'admin' },
      serve: (_req, res) => sendJson(res, 200, readHealth(options)),
    }),
    {
      access: 'anyone',
      handles: (path) => path === '/api/health',
      serve: (req, res) =>
        answer(options, req, res, 'GET', () =>
          sendJson(res, 200, { name: 'reynard', status: 'ok', version: services.status.current().version }),
        ),
    },
  ]
}

type SignedInRoute = { path: string; method: 'GET' | 'POST'; access: Exclude<Access, 'anyone'>; serve: Handler }

function route(options: RestFacadeOptions, { path, method, access, serve }: SignedInRoute): RestRoute {
  return {
    access,
    handles: (asked) => asked === path,
    serve: (req, res, _path, caller) => answer(options, req, res, method, () => serve(req, res, caller)),
  }
}

/** One call, whose failures are told as the original's clients expect them. */
function answer(
  { logger }: RestFacadeOptions,
  req: IncomingMessage,
  res: ServerResponse,
  method: 'GET' | 'POST',
  serve: () => void | Promise<void>,
): void {
  // Node leaves the body out where only the head was asked for.
  if ((req.method === 'HEAD' ? 'GET' : req.method) !== method) {
    res.setHeader('allow', method === 'GET' ? 'GET, HEAD' : method)
    sendFailure(res, new RestFailure(405, 'Method Not Allowed'))
    return
  }
  run(serve).catch((error: unknown) => {
    // Who has hung up needs no answer.
    if (res.destroyed) return
    const path = req.url?.split('?', 1)[0]
    if (error instanceof Error && !(error instanceof RestFailure)) logUnexpected(logger, error, { path })
    // An answer that is half written can only be broken off.
    if (res.headersSent) res.destroy()
    else sendFailure(res, asFailure(error))
  })
}

/** Also what throws at once rejects. */
async function run(serve: () => void | Promise<void>): Promise<void> {
  await serve()
}

/** `error` where even looking fails: whoever watches this path gets an answer, always. */
function readHealth({ services, logger }: RestFacadeOptions) {
  try {
    return reportedHealth(services.status.current(), services.models.list().length)
  } catch (error) {
    logger.error({ err: error }, 'the health could not be read')
    return { healthy: false, status: 'error', detail: 'The state of the engines could not be read.' }
  }
}

function asFailure(error: unknown): RestFailure {
  if (error instanceof RestFailure) return error
  const { info, status } = describeError(error)
  return new RestFailure(status, info.message, info.retryAfterMs)
}
