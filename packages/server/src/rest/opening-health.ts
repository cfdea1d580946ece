import type { IncomingMessage, ServerResponse } from 'node:http'
import packageJson from '../../package.json' with { type: 'json' }
import { guardRequest } from '../http/local-mode.ts'
import { sendJson } from './rest-response.ts'

/**
 * `GET` (and `HEAD`) `/api/ollama/admin/health` between listening and having the data open, which takes as long as a backup before a change of the
 * schema: whoever watches this path gets an answer at once. False: another call, or one that is to be refused; it waits for the server.
 */
export function answerHealthWhileOpening(req: IncomingMessage, res: ServerResponse): boolean {
  const path = req.url?.split('?', 1)[0]
  if ((req.method !== 'GET' && req.method !== 'HEAD') || path !== '/api/ollama/admin/health' || !guardRequest(req).ok)
    return false
  res.setHeader('cache-control', 'no-store')
  sendJson(res, 200, {
    healthy: false,
    status: 'unhealthy',
    engine: null,
    default_model: null,
    models_available: 0,
    queued: 0,
    version: packageJson.version,
    detail: 'The server is starting: it opens its data.',
  })
  return true
}
