import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access, Caller } from '../access/access.ts'
import type { RestRoute } from '../access/rest-route.ts'
import { describeError } from '../http/error-map.ts'
import { logUnexpected } from '../http/log-unexpected.ts'
import type { RunLogger } from '../runs/ports.ts'
import { RestFailure, sendFailure } from './rest-response.ts'

type Method = 'GET' | 'POST'
type Handler = (req: IncomingMessage, res: ServerResponse, caller: Caller, path: string) => void | Promise<void>

/** A route for those who signed in: what each method of it does. `path`: as it is, or which ones. */
export type SignedInRoute = {
  path: string | ((path: string) => boolean)
  access: Exclude<Access, 'anyone'>
  methods: Partial<Record<Method, Handler>>
}

/** A route whose failures are told as the original's clients expect them. */
export function signedInRoute(logger: RunLogger, { path, access, methods }: SignedInRoute): RestRoute {
  return {
    access,
    handles: typeof path === 'string' ? (asked) => asked === path : path,
    name: typeof path === 'string' ? path : '/api/ollama/*',
    serve: (req, res, asked, caller) =>
      serveMethod(logger, req, res, methods, (handler) => handler(req, res, caller, asked)),
  }
}

/** A route for everybody. */
export function openRoute(
  logger: RunLogger,
  path: string,
  answer: (req: IncomingMessage, res: ServerResponse) => void,
): RestRoute {
  return {
    access: 'anyone',
    handles: (asked) => asked === path,
    name: path,
    serve: (req, res) => serveMethod(logger, req, res, { GET: answer }, (handler) => handler(req, res)),
  }
}

/** One call, by what its method does. */
function serveMethod<Serve>(
  logger: RunLogger,
  req: IncomingMessage,
  res: ServerResponse,
  methods: Partial<Record<Method, Serve>>,
  call: (serve: Serve) => void | Promise<void>,
): void {
  // Node leaves the body out where only the head was asked for.
  const method = req.method === 'HEAD' ? 'GET' : req.method
  const serve = method === 'GET' || method === 'POST' ? methods[method] : undefined
  if (serve === undefined) {
    res.setHeader('allow', [...(methods.GET ? ['GET', 'HEAD'] : []), ...(methods.POST ? ['POST'] : [])].join(', '))
    sendFailure(res, new RestFailure(405, 'Method Not Allowed'))
    return
  }
  settle(() => call(serve)).catch((error: unknown) => {
    // Who has hung up needs no answer.
    if (res.destroyed) return
    const path = req.url?.split('?', 1)[0]
    if (error instanceof Error && !(error instanceof RestFailure)) logUnexpected(logger, error, { path })
    // An answer that is half written can only be broken off.
    if (res.headersSent) res.destroy()
    else sendFailure(res, asFailure(error))
  })
}

/** Also what throws at once rejects. */
async function settle(serve: () => void | Promise<void>): Promise<void> {
  await serve()
}

function asFailure(error: unknown): RestFailure {
  if (error instanceof RestFailure) return error
  const { info, status } = describeError(error)
  return new RestFailure(status, info.message, info.retryAfterMs)
}
