import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../access/access.ts'
import type { RestRoute } from '../access/rest-route.ts'
import type { RunLogger } from '../runs/ports.ts'
import type { Services } from '../services.ts'
import { createAdminRoutes } from './admin-routes.ts'
import { type AssistantHost, answerAssistant, streamAssistant } from './assistant-routes.ts'
import { answerChat, streamChat } from './chat-routes.ts'
import type { Statistics } from './read-statistics.ts'
import { sendJson } from './rest-response.ts'
import { openRoute, signedInRoute } from './serve-route.ts'
import { listedModels } from './status-routes.ts'

export type RestFacadeOptions = Omit<AssistantHost, 'runs' | 'ownerId'> & {
  services: Pick<Services, 'audit' | 'runs' | 'models' | 'permitted' | 'status' | 'downloads' | 'settings'>
  statistics: () => Promise<Statistics>
  cleanUp: () => Promise<{ success: boolean; message: string }>
  logger: RunLogger
}

/** REST as the original's clients speak it, under `/api/ollama`, and `/api/health`. */
export function createRestFacade(options: RestFacadeOptions): RestRoute[] {
  const { services, logger } = options
  const hostFor = ({ userId }: Caller): AssistantHost => ({ ...options, runs: services.runs, ownerId: userId })
  const post = (
    path: string,
    answer: (host: AssistantHost, req: IncomingMessage, res: ServerResponse) => Promise<void>,
  ) =>
    signedInRoute(logger, {
      path,
      access: { role: 'member', scope: 'chat' },
      methods: { POST: (req, res, caller) => answer(hostFor(caller), req, res) },
    })
  return [
    post('/api/ollama/chat', answerChat),
    post('/api/ollama/chat/stream', streamChat),
    post('/api/ollama/assistant', answerAssistant),
    post('/api/ollama/assistant/stream', streamAssistant),
    signedInRoute(logger, {
      path: '/api/ollama/models',
      access: { role: 'member', scope: 'read' },
      methods: {
        GET: (_req, res, { userId }) =>
          sendJson(res, 200, listedModels(services.permitted.listFor(userId, services.models.list()))),
      },
    }),
    ...createAdminRoutes(options),
    openRoute(logger, '/api/health', (_req, res) =>
      sendJson(res, 200, { name: 'reynard', status: 'ok', version: services.status.current().version }),
    ),
  ]
}
