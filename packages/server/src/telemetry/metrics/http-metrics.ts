import type { IncomingMessage, ServerResponse } from 'node:http'
import { SHORT_SECONDS } from './buckets.ts'
import type { Registry } from './registry.ts'

/** What the door tells of requests and sockets. */
export type HttpMetrics = {
  /** A request that will be answered at `route`: a path with its variable parts in braces, never as it was sent. */
  request(req: IncomingMessage, res: ServerResponse, route: string): void
  /** A reader of a socket was so far behind that it was cut off; it comes back and reads from the log. */
  readerCutOff(): void
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export function createHttpMetrics(registry: Registry): HttpMetrics {
  const seconds = registry.histogram(
    'http_server_request_duration_seconds',
    'Requests by route and status, from arrival to the last byte. Streams last as long as they are read.',
    ['http_request_method', 'http_route', 'http_response_status_code'],
    SHORT_SECONDS,
  )
  const cutOff = registry.counter('reynard_readers_cut_off_total', 'Sockets cut off because they did not keep up.', [])
  let active = 0
  registry.gauge('http_server_active_requests', 'Requests that are being answered.', [], () => [[[], active]])
  return {
    request(req, res, route) {
      const method = methods.has(req.method ?? '') ? (req.method ?? '') : '_OTHER'
      const begun = performance.now()
      active += 1
      res.once('close', () => {
        active -= 1
        // 499, as proxies have it: who asked has hung up before there was an answer.
        const status = res.headersSent ? res.statusCode : 499
        seconds.observe([method, route, String(status)], (performance.now() - begun) / 1000)
      })
    },
    readerCutOff: () => cutOff.add([]),
  }
}
