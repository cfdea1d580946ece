import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AnyTRPCRouter, inferRouterContext } from '@trpc/server'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import type { RunLogger } from '../runs/ports.ts'
import { logUnexpected } from './log-unexpected.ts'
import { sendError } from './send-error.ts'

/** Calls that one HTTP request may hold. */
const MAX_BATCH = 10
/** A question of 200,000 characters fits, however it is escaped. */
const BODY_BYTES = 2 * 1024 * 1024
/** Procedures that take whole files. */
const LARGE_BODY_BYTES: Record<string, number> = { 'chat.import': 64 * 1024 * 1024 }

export type TrpcHttpOptions<Router extends AnyTRPCRouter> = {
  router: Router
  createContext: (req: IncomingMessage) => inferRouterContext<Router> | Promise<inferRouterContext<Router>>
  logger: RunLogger
}

/** Serves queries, mutations and (where WebSockets cannot pass) subscriptions as Server-Sent Events. `path` is what follows /api/trpc/. */
export function serveTrpc<Router extends AnyTRPCRouter>(
  options: TrpcHttpOptions<Router>,
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
): void {
  const maxBodySize = bodyLimit(path)
  if (req.method === 'POST') {
    if (!isJson(req)) {
      sendError(res, 415, { code: 'bad-request', message: 'Send application/json.' })
      return
    }
    if (Number(req.headers['content-length'] ?? 0) > maxBodySize) {
      sendError(res, 413, {
        code: 'bad-request',
        message: `That is too large to send in one piece: ${maxBodySize} bytes at most.`,
      })
      return
    }
  }
  void nodeHTTPRequestHandler({
    router: options.router,
    req,
    res,
    path,
    maxBodySize,
    maxBatchSize: MAX_BATCH,
    allowMethodOverride: false,
    createContext: () => options.createContext(req),
    responseMeta: () => ({ headers: new Headers({ 'cache-control': 'no-store' }) }),
    onError: ({ error, path: procedure }) => logUnexpected(options.logger, error, { procedure }),
  })
}

function bodyLimit(path: string): number {
  const limits = path.split(',').map((procedure) => LARGE_BODY_BYTES[procedure] ?? BODY_BYTES)
  return Math.max(BODY_BYTES, ...limits)
}

/** A form or plain text could be posted by any site's page without asking first; JSON cannot. */
export function isJson(req: IncomingMessage): boolean {
  const type = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  return type === 'application/json'
}
