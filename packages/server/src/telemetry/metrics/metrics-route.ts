import { createHash, timingSafeEqual } from 'node:crypto'
import type { RestRoute } from '../../access/rest-route.ts'
import { guardRequest } from '../../http/local-mode.ts'
import { sendError } from '../../http/send-error.ts'
import { METRICS_CONTENT_TYPE } from './registry.ts'

type Options = { token: string | null; text(): string }

/**
 * `GET /metrics` for Prometheus: with the token from anywhere, without one from this machine only, and then not through a proxy. A token that is
 * wrong, or not set here, is answered with 401, also from this machine.
 */
export function createMetricsRoute({ token, text }: Options): RestRoute {
  return {
    access: 'anyone',
    name: '/metrics',
    handles: (path) => path === '/metrics',
    guard: (req) => (req.headers.authorization === undefined ? guardRequest(req) : { ok: true }),
    serve(req, res) {
      const { authorization } = req.headers
      if (authorization !== undefined && !isToken(authorization, token)) {
        res.setHeader('www-authenticate', 'Bearer')
        sendError(res, 401, { code: 'unauthorized', message: 'This is not the token of /metrics.' })
      } else if (req.method !== 'GET' && req.method !== 'HEAD') {
        res.setHeader('allow', 'GET, HEAD')
        sendError(res, 405, { code: 'bad-request', message: 'Only GET is answered here.' })
      } else res.writeHead(200, { 'content-type': METRICS_CONTENT_TYPE }).end(text())
    },
  }
}

/** Takes as long whatever is wrong about it. */
function isToken(authorization: string, token: string | null): boolean {
  const given = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? ''
  return timingSafeEqual(digest(given), digest(token ?? '')) && token !== null
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
