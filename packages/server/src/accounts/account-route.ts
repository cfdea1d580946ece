import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BlockList } from 'node:net'
import {
  type AccessMode,
  AppError,
  joinSchema,
  resetPasswordSchema,
  setUpSchema,
  signInSchema,
} from '@reynard/protocol'
import type { z } from 'zod'
import type { Caller } from '../access/access.ts'
import type { RestRoute } from '../access/rest-route.ts'
import { cameByHttps, clientAddress } from '../http/client-address.ts'
import { describeError } from '../http/error-map.ts'
import { isJson } from '../http/trpc-http.ts'
import type { Logger } from '../logging/create-logger.ts'
import { readBody } from '../rest/read-body.ts'
import { sendJson } from '../rest/rest-response.ts'
import { SESSION_COOKIE } from './auth-library.ts'
import type { Entrance, Visitor } from './entrance.ts'

const BASE = '/api/account'

type Options = {
  entrance: Entrance
  identify(req: IncomingMessage): Caller | null | Promise<Caller | null>
  mode(): AccessMode
  trusted: BlockList
  logger: Pick<Logger, 'error'>
}
/** `body`: told besides that it is done. */
type Answer = { cookies?: string[]; body?: object }

/**
 * Coming in and going out, over HTTP because a session is a cookie. Each call looks by itself at what it was given: whoever is here has
 * nothing else yet. `GET /api/account` says how this server is entered and whether the caller is in.
 */
export function createAccountRoute(options: Options): RestRoute {
  const { entrance, identify, trusted } = options
  const calls: Record<string, (visitor: Visitor, req: IncomingMessage) => Promise<Answer>> = {
    'set-up': async (visitor, req) => ({
      cookies: (await entrance.setUp(visitor, await readInput(req, setUpSchema))).setCookies,
    }),
    'sign-in': async (visitor, req) => ({
      cookies: (await entrance.signIn(visitor, await readInput(req, signInSchema))).setCookies,
    }),
    join: async (visitor, req) => ({
      cookies: (await entrance.join(visitor, await readInput(req, joinSchema))).setCookies,
    }),
    reset: async (visitor, req) => {
      const keys = await entrance.reset(visitor, await readInput(req, resetPasswordSchema))
      return { body: { keys } }
    },
    'sign-out': async (visitor, req) => {
      if (!isJson(req)) throw notJson()
      const caller = await identify(req)
      if (caller !== null) await entrance.signOut(visitor, caller)
      return { cookies: [`${SESSION_COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`] }
    },
  }

  async function answer(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    if (path === BASE && (req.method === 'GET' || req.method === 'HEAD')) {
      sendJson(res, 200, { mode: options.mode(), signedIn: (await identify(req)) !== null })
      return
    }
    const name = path.slice(BASE.length + 1)
    const call = req.method === 'POST' && Object.hasOwn(calls, name) ? calls[name] : undefined
    if (call === undefined) throw new AppError('not-found', `There is nothing at ${path.slice(0, 200)}.`)
    const visitor = { address: clientAddress(req, trusted), userAgent: (req.headers['user-agent'] ?? '').slice(0, 300) }
    const { cookies = [], body } = await call(visitor, req)
    const secure = cameByHttps(req, trusted) ? '; Secure' : ''
    if (cookies.length > 0)
      res.setHeader(
        'set-cookie',
        cookies.map((cookie) => `${cookie}${secure}`),
      )
    sendJson(res, 200, { ok: true, ...body })
  }

  return {
    access: 'anyone',
    handles: (path) => path === BASE || path.startsWith(`${BASE}/`),
    serve(req, res, path) {
      answer(req, res, path).catch((error: unknown) => {
        if (res.destroyed) return
        const { info, status, unexpected } = describeError(error)
        if (unexpected) {
          const name = path.slice(BASE.length + 1)
          const call = Object.hasOwn(calls, name) ? name : 'other'
          options.logger.error({ err: error, call }, 'a call about an account failed')
        }
        if (info.retryAfterMs !== undefined) res.setHeader('retry-after', Math.ceil(info.retryAfterMs / 1000))
        sendJson(res, status, { detail: info.message, error: info })
      })
    },
  }
}

/** A form of another site can send everything but JSON. */
async function readInput<Schema extends z.ZodType>(req: IncomingMessage, schema: Schema): Promise<z.output<Schema>> {
  if (!isJson(req)) throw notJson()
  const body = await readBody(req)
  let given: unknown
  try {
    given = JSON.parse(body?.toString('utf8') ?? '')
  } catch (cause) {
    throw new AppError('bad-request', 'The request is not valid JSON.', { cause })
  }
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AppError('bad-request', issue?.message ?? 'The input is not valid.', {
    details: { field: issue?.path.join('.') ?? '' },
  })
}

function notJson(): AppError {
  return new AppError('bad-request', 'Send application/json.')
}
