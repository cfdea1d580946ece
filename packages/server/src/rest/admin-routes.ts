import type { RestRoute } from '../access/rest-route.ts'
import type { RunLogger } from '../runs/ports.ts'
import type { Services } from '../services.ts'
import { changeConfig, sendConfig } from './config-routes.ts'
import { isPullPath, pullModel } from './pull-model.ts'
import type { Statistics } from './read-statistics.ts'
import { sendJson } from './rest-response.ts'
import { type SignedInRoute, signedInRoute } from './serve-route.ts'
import { listedModels, reportedHealth, unusableFiles } from './status-routes.ts'

type AdminHost = {
  services: Pick<Services, 'audit' | 'models' | 'status' | 'downloads' | 'settings'>
  statistics: () => Promise<Statistics>
  cleanUp: () => Promise<{ success: boolean; message: string }>
  logger: RunLogger
}

/** What runs the server, by the original's API: for admins, and keys with that scope. */
export function createAdminRoutes(host: AdminHost): RestRoute[] {
  const { services, logger } = host
  const route = (path: SignedInRoute['path'], methods: SignedInRoute['methods']) =>
    signedInRoute(logger, { path, access: { role: 'admin', scope: 'admin' }, methods })
  return [
    route('/api/ollama/config', {
      GET: (_req, res) => sendConfig(services, res),
      POST: (req, res) => changeConfig(services, req, res),
    }),
    route('/api/ollama/admin/health', { GET: (_req, res) => sendJson(res, 200, readHealth(host)) }),
    route('/api/ollama/admin/models', {
      GET: (_req, res) => {
        const { models } = listedModels(services.models.all())
        sendJson(res, 200, { models: [...models, ...unusableFiles(services.status.current().unusableModels)] })
      },
    }),
    route('/api/ollama/admin/stats', { GET: async (_req, res) => sendJson(res, 200, await host.statistics()) }),
    route('/api/ollama/admin/cleanup', {
      POST: async (_req, res) => {
        const freed = await host.cleanUp()
        const outcome = freed.success ? 'done' : 'failed'
        await services.audit.record('clean-up', { outcome, details: { freed: freed.message } })
        sendJson(res, 200, freed)
      },
    }),
    route(isPullPath, { POST: (req, res, _caller, path) => pullModel(services, req, res, path) }),
  ]
}

/** `error` where even looking fails: whoever watches this path gets an answer, always. */
function readHealth({ services, logger }: Pick<AdminHost, 'services' | 'logger'>) {
  try {
    return reportedHealth(services.status.current(), services.models.list().length)
  } catch (error) {
    logger.error({ err: error }, 'the health could not be read')
    return { healthy: false, status: 'error', detail: 'The state of the engines could not be read.' }
  }
}
