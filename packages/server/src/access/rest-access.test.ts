import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccountRoute } from '../accounts/account-route.ts'
import { createFileRoute } from '../assistants/serve-file.ts'
import { createAuditRoute } from '../audit/audit-route.ts'
import { trustedProxies } from '../http/client-address.ts'
import { createHttpHandlers, type HttpHandlers } from '../http/http-handlers.ts'
import { createRestFacade } from '../rest/rest-facade.ts'
import { appRouter } from '../router.ts'
import type { Services } from '../services.ts'
import { createMetricsRoute } from '../telemetry/metrics/metrics-route.ts'
import { createUploadRoute } from '../uploads/upload-route.ts'
import { createUsageRoute } from '../usage/usage-route.ts'
import type { Caller, Role, Scope } from './access.ts'

/** What stands behind the routes: whoever gets there is told 500. */
function nothing<T extends object>(): T {
  return new Proxy({} as T, {
    get() {
      throw new Error('reached')
    },
  })
}

const logger = { warn: () => {}, error: () => {} }
const clock = { now: () => 0, after: () => () => {} }
const routes = [
  createAccountRoute({
    entrance: nothing(),
    identify: () => null,
    mode: () => 'team',
    trusted: trustedProxies([]),
    logger,
  }),
  createFileRoute({ db: nothing(), sessions: nothing(), projects: nothing(), logger }),
  createAuditRoute({ audit: nothing(), logger }),
  createUsageRoute({ usage: nothing(), audit: nothing(), logger }),
  createUploadRoute({ store: nothing(), attachments: nothing(), clock, logger }),
  ...createRestFacade({
    services: nothing(),
    selector: nothing(),
    statistics: nothing(),
    cleanUp: nothing(),
    strictModel: false,
    takesContext: () => false,
    assistantsEnabled: () => true,
    logger,
  }),
  createMetricsRoute({ token: null, text: () => '' }),
]

/** Each route by a call that it serves, and for whom it is. A route without a line fails. */
const calls: { method: string; path: string; kind: 'anyone' | 'read' | 'chat' | 'admin' }[] = [
  { method: 'GET', path: '/api/account', kind: 'anyone' },
  { method: 'GET', path: '/api/files/0198/a.txt', kind: 'read' },
  { method: 'GET', path: '/api/audit?format=csv', kind: 'admin' },
  { method: 'GET', path: '/api/usage?range=day&by=person', kind: 'admin' },
  { method: 'POST', path: '/api/uploads?name=a.txt', kind: 'chat' },
  { method: 'POST', path: '/api/ollama/chat', kind: 'chat' },
  { method: 'POST', path: '/api/ollama/chat/stream', kind: 'chat' },
  { method: 'POST', path: '/api/ollama/assistant', kind: 'chat' },
  { method: 'POST', path: '/api/ollama/assistant/stream', kind: 'chat' },
  { method: 'GET', path: '/api/ollama/models', kind: 'read' },
  { method: 'GET', path: '/api/ollama/config', kind: 'admin' },
  { method: 'POST', path: '/api/ollama/config', kind: 'admin' },
  { method: 'GET', path: '/api/ollama/admin/health', kind: 'admin' },
  { method: 'GET', path: '/api/ollama/admin/models', kind: 'admin' },
  { method: 'GET', path: '/api/ollama/admin/stats', kind: 'admin' },
  { method: 'POST', path: '/api/ollama/admin/cleanup', kind: 'admin' },
  { method: 'POST', path: '/api/ollama/admin/models/hf.co/some/model:Q4/pull', kind: 'admin' },
  { method: 'GET', path: '/api/health', kind: 'anyone' },
  // From this machine; from another one only with its token.
  { method: 'GET', path: '/metrics', kind: 'anyone' },
]

const person = (role: Role): Caller => ({ userId: 'somebody', role, scopes: null, credential: null })
const key = (...scopes: Scope[]): Caller => ({
  userId: 'somebody',
  role: 'owner',
  scopes: new Set(scopes),
  credential: null,
})
const callers: Record<string, { caller: Caller | null; may: string[] }> = {
  nobody: { caller: null, may: ['anyone'] },
  member: { caller: person('member'), may: ['anyone', 'read', 'chat'] },
  admin: { caller: person('admin'), may: ['anyone', 'read', 'chat', 'admin'] },
  owner: { caller: person('owner'), may: ['anyone', 'read', 'chat', 'admin'] },
  'key to read': { caller: key('read'), may: ['anyone', 'read'] },
  'key to chat': { caller: key('chat'), may: ['anyone', 'chat'] },
  'key to administrate': { caller: key('admin'), may: ['anyone', 'admin'] },
}

let server: Server
let handlers: HttpHandlers
let base: string
let asking: Caller | null = null
beforeAll(async () => {
  handlers = createHttpHandlers({
    router: appRouter,
    createContext: () => ({ caller: asking, services: nothing<Services>() }),
    routes,
    identify: () => asking,
    logger,
  })
  server = createServer((req, res) => void handlers.handleRequest(req, res)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await handlers.close()
  server.closeAllConnections()
  server.close()
})

test('every route has its line', () => {
  const pathOf = (path: string) => path.split('?')[0]!
  // One that answers several methods has a line for each.
  const served = new Set(calls.map(({ path }) => routes.findIndex(({ handles }) => handles(pathOf(path)))))
  expect([...served]).toEqual([...routes.keys()])
})

describe.each(Object.entries(callers))('%s', (_name, { caller, may }) => {
  test.each(calls)('$method $path', async ({ method, path, kind }) => {
    asking = caller
    const response = await fetch(base + path, { method })
    const { status } = response
    await response.body?.cancel()
    if (may.includes(kind)) expect([401, 403]).not.toContain(status)
    else expect(status).toBe(caller === null ? 401 : 403)
  })
})
