import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AnyTRPCRouter } from '@trpc/server'
import { type Caller, refusalOf } from '../access/access.ts'
import type { RestRoute } from '../access/rest-route.ts'
import { asRequest, nameCaller } from '../logging/request-context.ts'
import { describeError } from './error-map.ts'
import { guardRequest, type RequestGuard, sendRefusal } from './local-mode.ts'
import { sendError } from './send-error.ts'
import { serveTrpc, type TrpcHttpOptions } from './trpc-http.ts'
import { openTrpcWebSocket, WEBSOCKET_LIMITS, type WebSocketLimits } from './trpc-websocket.ts'

const TRPC = '/api/trpc'

export type HttpHandlers = {
  /** False: a page, and it may be shown. Everything below /api/ is ours, and so is every refusal. */
  handleRequest(req: IncomingMessage, res: ServerResponse): boolean
  /** False: not ours, and it may come in; the socket is untouched. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /**
   * Sends WebSocket clients to reconnect and ends tRPC's event streams without an ending, so that their readers resume elsewhere. Answers
   * by REST are left to end with their runs.
   */
  close(): Promise<void>
}

export type HttpHandlerOptions<Router extends AnyTRPCRouter> = TrpcHttpOptions<Router> & {
  /** Everything below /api/ besides the typed calls. */
  routes: readonly RestRoute[]
  /** Who asks; null: nobody that is known. */
  identify(req: IncomingMessage): Caller | null
  /** Who may come in at all. Local mode's by default. */
  guard?: RequestGuard
  webSocketLimits?: Partial<WebSocketLimits>
}

/** Everything below /api/: guard, tRPC over HTTP, SSE and WebSocket, the REST facade. */
export function createHttpHandlers<Router extends AnyTRPCRouter>(options: HttpHandlerOptions<Router>): HttpHandlers {
  const { guard = guardRequest, logger } = options
  const sockets = openTrpcWebSocket(options, { ...WEBSOCKET_LIMITS, ...options.webSocketLimits })
  const responses = new Set<ServerResponse>()
  let closing = false

  function serveRoute(req: IncomingMessage, res: ServerResponse, path: string): void {
    const route = options.routes.find(({ handles }) => handles(path))
    if (route === undefined) {
      sendError(res, 404, { code: 'not-found', message: `There is nothing at ${path.slice(0, 200)}.` })
    } else if (route.access === 'anyone') route.serve(req, res, path)
    else {
      const caller = options.identify(req)
      const refusal = refusalOf(caller, route.access)
      if (caller !== null && refusal === null) {
        nameCaller(caller.userId)
        route.serve(req, res, path, caller)
      } else {
        const { info, status } = describeError(refusal)
        sendError(res, status, info)
      }
    }
  }

  function handle(req: IncomingMessage, res: ServerResponse, requestId: string): boolean {
    const path = pathOf(req)
    // Pages too: what is not ours to answer is still ours to refuse.
    const verdict = guard(req)
    if (!verdict.ok) {
      logger.warn({ reason: verdict.refusal.reason, path }, 'a request was refused')
      sendRefusal(req, res, verdict.refusal)
      return true
    }
    if (path !== '/api' && !path.startsWith('/api/')) return false
    res.setHeader('cache-control', 'no-store')
    res.setHeader('x-request-id', requestId)
    res.setHeader('x-content-type-options', 'nosniff')
    if (path.startsWith(`${TRPC}/`)) {
      responses.add(res)
      res.once('close', () => responses.delete(res))
      serveTrpc(options, req, res, path.slice(TRPC.length + 1))
    } else serveRoute(req, res, path)
    return true
  }

  return {
    handleRequest(req, res) {
      // Hung up while it waited for the server to open: it has no address any more, and nobody to answer to.
      if (req.socket.destroyed) return true
      return asRequest(traceparentOf(req), (requestId) => handle(req, res, requestId))
    },

    handleUpgrade(req, socket, head) {
      if (socket.destroyed) return true
      const path = pathOf(req)
      const verdict = guard(req)
      if (!verdict.ok) {
        asRequest(null, () => logger.warn({ reason: verdict.refusal.reason, path }, 'a WebSocket was refused'))
        refuseUpgrade(socket, '403 Forbidden', verdict.refusal.message)
        return true
      }
      if (path !== TRPC) return false
      if (closing) refuseUpgrade(socket, '503 Service Unavailable', 'The server is stopping.')
      else sockets.accept(req, socket, head)
      return true
    },

    async close() {
      closing = true
      for (const res of responses) {
        if (String(res.getHeader('content-type')).startsWith('text/event-stream')) res.destroy()
      }
      await sockets.close()
    },
  }
}

function pathOf(req: IncomingMessage): string {
  return (req.url ?? '/').split('?', 1)[0] ?? '/'
}

function traceparentOf(req: IncomingMessage): string | null {
  const { traceparent } = req.headers
  return typeof traceparent === 'string' ? traceparent : null
}

function refuseUpgrade(socket: Duplex, status: string, message: string): void {
  // The other side may be gone already; there is nobody to tell.
  socket.on('error', () => socket.destroy())
  const body = JSON.stringify({ detail: message })
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncache-control: no-store\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
