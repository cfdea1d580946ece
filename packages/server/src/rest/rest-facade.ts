import type { IncomingMessage, ServerResponse } from 'node:http'
import { describeError } from '../http/error-map.ts'
import { logUnexpected } from '../http/log-unexpected.ts'
import type { RunLogger } from '../runs/ports.ts'
import type { Services } from '../services.ts'
import { type AssistantHost, answerAssistant, streamAssistant } from './assistant-routes.ts'
import { answerChat, streamChat } from './chat-routes.ts'
import { RestFailure, sendFailure, sendJson } from './rest-response.ts'
import { listedModels, reportedHealth } from './status-routes.ts'

export type RestFacadeOptions = Omit<AssistantHost, 'runs'> & {
  services: Pick<Services, 'runs' | 'models' | 'status'>
  logger: RunLogger
}

type Route = { method: 'GET' | 'POST'; serve: (req: IncomingMessage, res: ServerResponse) => void | Promise<void> }

/**
 * REST as the original's clients speak it, under `/api/ollama`, and `/api/health`. The guard at the door has let the request in already.
 * Returns false for a path that is not one of its routes.
 */
export function createRestFacade(options: RestFacadeOptions) {
  const { services, logger } = options
  const host: AssistantHost = { ...options, runs: services.runs }
  const routes: Record<string, Route> = {
    '/api/ollama/chat': { method: 'POST', serve: (req, res) => answerChat(host, req, res) },
    '/api/ollama/chat/stream': { method: 'POST', serve: (req, res) => streamChat(host, req, res) },
    '/api/ollama/assistant': { method: 'POST', serve: (req, res) => answerAssistant(host, req, res) },
    '/api/ollama/assistant/stream': { method: 'POST', serve: (req, res) => streamAssistant(host, req, res) },
    '/api/ollama/models': {
      method: 'GET',
      serve: (_req, res) => sendJson(res, 200, listedModels(services.models.list())),
    },
    '/api/ollama/admin/health': {
      method: 'GET',
      serve: (_req, res) => sendJson(res, 200, readHealth(options)),
    },
    '/api/health': {
      method: 'GET',
      serve: (_req, res) =>
        sendJson(res, 200, { name: 'reynard', status: 'ok', version: services.status.current().version }),
    },
  }

  return (req: IncomingMessage, res: ServerResponse, path: string): boolean => {
    const route = routes[path]
    if (route === undefined) return false
    // Node leaves the body out where only the head was asked for.
    if ((req.method === 'HEAD' ? 'GET' : req.method) !== route.method) {
      res.setHeader('allow', route.method === 'GET' ? 'GET, HEAD' : route.method)
      sendFailure(res, new RestFailure(405, 'Method Not Allowed'))
      return true
    }
    serve(route, req, res).catch((error: unknown) => {
      // Who has hung up needs no answer.
      if (res.destroyed) return
      if (error instanceof Error && !(error instanceof RestFailure)) logUnexpected(logger, error, { path })
      // An answer that is half written can only be broken off.
      if (res.headersSent) res.destroy()
      else sendFailure(res, asFailure(error))
    })
    return true
  }
}

async function serve(route: Route, req: IncomingMessage, res: ServerResponse): Promise<void> {
  await route.serve(req, res)
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
