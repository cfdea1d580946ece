import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AnyTRPCRouter, inferRouterContext } from '@trpc/server'
import { type Caller, refusalOf } from '../access/access.ts'
import { createOpenDoors } from '../access/open-doors.ts'
import type { RestRoute } from '../access/rest-route.ts'
import { asRequest, nameCaller } from '../logging/request-context.ts'
import type { HttpMetrics } from '../telemetry/metrics/http-metrics.ts'
import { describeError } from './error-map.ts'
import { guardRequest, type RequestGuard, sendRefusal } from './local-mode.ts'
import { sendError } from './send-error.ts'
import { serveTrpc, type TrpcHttpOptions } from './trpc-http.ts'
import { openTrpcWebSocket, WEBSOCKET_LIMITS, type WebSocketLimits } from './trpc-websocket.ts'

const TRPC = '/api/trpc'

export type HttpHandlers = {
  /**
   * False: a page, and it may be shown. Everything below /api/ is ours, and so is every refusal. At once, but where a page is for those
   * alone who signed in and it has to be looked up who asks.
   */
  handleRequest(req: IncomingMessage, res: ServerResponse): boolean | Promise<boolean>
  /** False: not ours, and it may come in; the socket is untouched. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /** Open WebSockets. */
  sockets(): number
  /**
   * Sends WebSocket clients to reconnect and ends tRPC's event streams without an ending, so that their readers resume elsewhere. Answers
   * by REST are left to end with their runs.
   */
  close(): Promise<void>
  /** Ends the sockets and streams of those callers whom the test is true of: what they were let in by is no more. */
  endWhere(test: (caller: Caller) => boolean): void
}

type Identified = Caller | null | Promise<Caller | null>

export type HttpHandlerOptions<Router extends AnyTRPCRouter> = Omit<TrpcHttpOptions<Router>, 'createContext'> & {
  createContext(caller: Caller | null, address: string | undefined): inferRouterContext<Router>
  /** Everything below /api/ besides the typed calls, and single paths beside it. */
  routes: readonly RestRoute[]
  /** Who asks; null: nobody that is known. */
  identify(req: IncomingMessage): Identified
  /** Where a request came from; without it nobody looks. */
  addressOf?(req: IncomingMessage): string
  /** Where somebody who asks for a page is sent instead; null: they may see it. Without it all may. */
  redirect?(req: IncomingMessage, path: string): string | null | Promise<string | null>
  /** Who may come in at all. Local mode's by default. */
  guard?: RequestGuard
  webSocketLimits?: Partial<WebSocketLimits>
  /** Told of each request; absent where nobody counts them. */
  metrics?: HttpMetrics
}

/** Everything below /api/: guard, tRPC over HTTP, SSE and WebSocket, the REST facade. */
export function createHttpHandlers<Router extends AnyTRPCRouter>(options: HttpHandlerOptions<Router>): HttpHandlers {
  const { guard = guardRequest, logger } = options
  const doors = createOpenDoors()
  const contextFor = (brief: boolean) => async (req: IncomingMessage) => {
    const caller = await options.identify(req)
    doors.know(req, caller, brief)
    return options.createContext(caller, options.addressOf?.(req))
  }
  const sockets = openTrpcWebSocket(
    { ...options, createContext: contextFor(true), doors },
    { ...WEBSOCKET_LIMITS, ...options.webSocketLimits },
  )
  const overHttp = { ...options, createContext: contextFor(false) }
  const responses = new Set<ServerResponse>()
  let closing = false

  function watch(req: IncomingMessage, res: ServerResponse, end: () => void): void {
    res.once('close', doors.open(req, end))
  }

  const procedures = new Set(Object.keys(options.router._def.procedures))

  /** For statistics and the log: never what the caller wrote, which may name a file. */
  function routeName(path: string, route: RestRoute | undefined): string {
    if (route !== undefined) return route.name ?? '/api/*'
    if (!path.startsWith('/api')) return 'page'
    const procedure = path.startsWith(`${TRPC}/`) ? path.slice(TRPC.length + 1) : null
    if (procedure === null) return 'none'
    if (procedures.has(procedure)) return `${TRPC}/${procedure}`
    return procedure.includes(',') ? `${TRPC}/{batch}` : `${TRPC}/{unknown}`
  }

  function serveRoute(req: IncomingMessage, res: ServerResponse, path: string, route: RestRoute | undefined): void {
    if (route === undefined) {
      sendError(res, 404, { code: 'not-found', message: `There is nothing at ${path.slice(0, 200)}.` })
    } else if (route.access === 'anyone') route.serve(req, res, path)
    else {
      const caller = options.identify(req)
      if (!(caller instanceof Promise)) serveTo(caller, route, req, res, path)
      else {
        caller
          .then((found) => serveTo(found, route, req, res, path))
          .catch((error: unknown) => {
            logger.error({ err: error, route: routeName(path, route) }, 'it could not be looked up who asks')
            const { info, status } = describeError(error)
            sendError(res, status, info)
          })
      }
    }
  }

  function serveTo(
    caller: Caller | null,
    route: Exclude<RestRoute, { access: 'anyone' }>,
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
  ): void {
    const refusal = refusalOf(caller, route.access)
    if (caller !== null && refusal === null) {
      watch(req, res, () => res.destroy())
      doors.know(req, caller)
      nameCaller(caller)
      route.serve(req, res, path, caller)
    } else {
      const { info, status } = describeError(refusal)
      if (status === 401) res.setHeader('www-authenticate', 'Bearer')
      sendError(res, status, info)
    }
  }

  /** False: the page may be shown. */
  function sendElsewhere(res: ServerResponse, location: string | null): boolean {
    if (location === null) return false
    res.writeHead(302, { location, 'cache-control': 'no-store' }).end()
    return true
  }

  function handle(req: IncomingMessage, res: ServerResponse, requestId: string): boolean | Promise<boolean> {
    const path = pathOf(req)
    const route = options.routes.find(({ handles }) => handles(path))
    const name = routeName(path, route)
    options.metrics?.request(req, res, name)
    // Pages too: what is not ours to answer is still ours to refuse.
    const verdict = (route?.guard ?? guard)(req)
    if (!verdict.ok) {
      logger.warn({ reason: verdict.refusal.reason, route: name }, 'a request was refused')
      sendRefusal(req, res, verdict.refusal)
      return true
    }
    if (route === undefined && path !== '/api' && !path.startsWith('/api/')) {
      const location = options.redirect?.(req, path) ?? null
      return location instanceof Promise
        ? location.then((found) => sendElsewhere(res, found))
        : sendElsewhere(res, location)
    }
    res.setHeader('cache-control', 'no-store')
    res.setHeader('x-request-id', requestId)
    res.setHeader('x-content-type-options', 'nosniff')
    if (path.startsWith(`${TRPC}/`)) {
      responses.add(res)
      res.once('close', () => responses.delete(res))
      // What was asked in full while its caller was let in is answered. One that still sends could finish at any time; one that hears is a stream.
      watch(req, res, () => (res.headersSent || !req.complete) && res.destroy())
      serveTrpc(overHttp, req, res, path.slice(TRPC.length + 1))
    } else serveRoute(req, res, path, route)
    return true
  }

  return {
    handleRequest(req, res) {
      // Hung up while it waited for the server to open: it has no address any more, and nobody to answer to.
      if (req.socket.destroyed) return true
      return asRequest(traceparentOf(req), (requestId) => handle(req, res, requestId), options.addressOf?.(req))
    },

    handleUpgrade(req, socket, head) {
      if (socket.destroyed) return true
      const path = pathOf(req)
      const verdict = guard(req)
      if (!verdict.ok) {
        const fields = { reason: verdict.refusal.reason, route: path === TRPC ? TRPC : 'none' }
        asRequest(null, () => logger.warn(fields, 'a WebSocket was refused'))
        refuseUpgrade(socket, '403 Forbidden', verdict.refusal.message)
        return true
      }
      if (path !== TRPC) return false
      if (closing) refuseUpgrade(socket, '503 Service Unavailable', 'The server is stopping.')
      else sockets.accept(req, socket, head)
      return true
    },

    sockets: sockets.size,

    async close() {
      closing = true
      for (const res of responses) {
        if (String(res.getHeader('content-type')).startsWith('text/event-stream')) res.destroy()
      }
      await sockets.close()
      doors.close()
    },

    endWhere: doors.endWhere,
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
