import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AnyTRPCRouter } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { OpenDoors } from '../access/open-doors.ts'
import type { RunLogger } from '../runs/ports.ts'
import type { HttpMetrics } from '../telemetry/metrics/http-metrics.ts'
import { logUnexpected } from './log-unexpected.ts'
import type { TrpcHttpOptions } from './trpc-http.ts'

export type WebSocketLimits = {
  /** One message from a client, in bytes. */
  payloadBytes: number
  /** What may wait unsent for one client, in bytes. A reader this far behind is cut off; it resumes from the log. */
  backlogBytes: number
  pingMs: number
  pongWaitMs: number
  /** How long clients get to close in order when the server stops. */
  closeGraceMs: number
}

export const WEBSOCKET_LIMITS: WebSocketLimits = {
  payloadBytes: 2 * 1024 * 1024,
  backlogBytes: 4 * 1024 * 1024,
  pingMs: 20_000,
  pongWaitMs: 20_000,
  closeGraceMs: 500,
}

/** "Service restart": come back in a moment. */
const SERVICE_RESTART = 1012
/** Ours: what the socket was opened by is no more. Who comes back is told by each call. */
const NO_LONGER_LET_IN = 4401

export type TrpcWebSocket = {
  accept(req: IncomingMessage, socket: Duplex, head: Buffer): void
  /** How many are open. */
  size(): number
  /** Tells every client to reconnect, closes the sockets, and cuts off those that don't answer. */
  close(): Promise<void>
}

/** tRPC over WebSockets: subscriptions of one page share one socket. */
export function openTrpcWebSocket<Router extends AnyTRPCRouter>(
  options: TrpcHttpOptions<Router> & { doors: OpenDoors; metrics?: HttpMetrics },
  limits: WebSocketLimits,
): TrpcWebSocket {
  const server = new WebSocketServer({
    noServer: true,
    // Compressing 100-byte frames costs more than it saves, and holds memory for each socket.
    perMessageDeflate: false,
    maxPayload: limits.payloadBytes,
  })
  const handler = applyWSSHandler({
    wss: server,
    router: options.router,
    createContext: ({ req }) => options.createContext(req),
    keepAlive: { enabled: true, pingMs: limits.pingMs, pongWaitMs: limits.pongWaitMs },
    onError: ({ error, path }) => logUnexpected(options.logger, error, { procedure: path }),
  })

  return {
    accept(req, socket, head) {
      server.handleUpgrade(req, socket, head, (client) => {
        guardSending(client, socket, limits.backlogBytes, options)
        const end = () => {
          client.close(NO_LONGER_LET_IN, 'Sign in again')
          setTimeout(() => client.terminate(), limits.closeGraceMs).unref()
        }
        client.once('close', options.doors.open(req, end))
        // One that said it would send parameters first is known with its first message: it gets no longer for that.
        options.doors.know(req, null, true)
        server.emit('connection', client, req)
      })
    },
    size: () => server.clients.size,
    async close() {
      handler.broadcastReconnectNotification()
      const closed = [...server.clients].map((client) => new Promise((resolve) => client.once('close', resolve)))
      for (const client of server.clients) client.close(SERVICE_RESTART, 'The server is restarting')
      const timer = setTimeout(() => {
        for (const client of server.clients) client.terminate()
      }, limits.closeGraceMs)
      await Promise.all(closed)
      clearTimeout(timer)
      server.close()
    },
  }
}

/**
 * Joins all frames of one turn of the event loop into one write (a system call costs more than the frame), and cuts off a reader that
 * does not keep up, before its backlog grows without bound.
 */
function guardSending(
  client: WebSocket,
  socket: Duplex,
  backlogBytes: number,
  { logger, metrics }: { logger: RunLogger; metrics?: HttpMetrics },
): void {
  const send = client.send.bind(client)
  let corked = false
  const uncork = () => {
    corked = false
    socket.uncork()
    if (client.bufferedAmount <= backlogBytes || client.readyState !== client.OPEN) return
    logger.warn({ bytes: client.bufferedAmount }, 'a reader that is too slow was cut off')
    metrics?.readerCutOff()
    client.terminate()
  }
  client.send = (data: Parameters<WebSocket['send']>[0]) => {
    if (!corked) {
      corked = true
      socket.cork()
      setImmediate(uncork)
    }
    send(data)
  }
}
