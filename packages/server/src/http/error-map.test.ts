import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError, errorCodeSchema } from '@reynard/protocol'
import { initTRPC } from '@trpc/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { ERROR_MAP, formatTrpcError } from './error-map.ts'
import { createHttpHandlers, type HttpHandlers } from './http-handlers.ts'

const t = initTRPC.create({ errorFormatter: formatTrpcError })
const router = t.router({
  ours: t.procedure.input(errorCodeSchema).query(({ input }) => {
    throw new AppError(input, 'A sentence.', { retryAfterMs: 1500, docs: 'busy', details: { position: 3 } })
  }),
  unexpected: t.procedure.query(() => {
    throw new Error('the password is hunter2')
  }),
  badOutput: t.procedure.output(z.object({ here: z.string().max(1, 'inner rule') })).query(() => ({ here: 'xx' })),
  input: t.procedure.input(z.object({ text: z.string().min(1, 'Write something first.') })).mutation(() => 'ok'),
  size: t.procedure.input(z.object({ text: z.string() })).mutation(({ input }) => input.text.length),
  chat: t.router({
    import: t.procedure.input(z.object({ text: z.string() })).mutation(({ input }) => input.text.length),
  }),
})

const logged: unknown[] = []
let server: Server
let handlers: HttpHandlers
let base: string
beforeAll(async () => {
  handlers = createHttpHandlers({
    router,
    createContext: () => ({}),
    routes: [],
    identify: () => null,
    logger: { warn: () => {}, error: (fields) => logged.push(fields.err) },
  })
  server = createServer((req, res) => void handlers.handleRequest(req, res)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/trpc`
})
afterAll(async () => {
  await handlers.close()
  server.closeAllConnections()
  server.close()
})

const bodyOf = async (response: Response) => JSON.parse(await response.text())
const post = (path: string, body: string) =>
  fetch(`${base}/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
const ask = (path: string, input?: unknown) =>
  fetch(`${base}/${path}?input=${encodeURIComponent(JSON.stringify(input) ?? '')}`)

test.each(errorCodeSchema.options.filter((code) => code !== 'internal'))('%s keeps its words', async (code) => {
  const response = await ask('ours', code)
  expect(response.status).toBe(ERROR_MAP[code].status)
  const { error } = await bodyOf(response)
  expect(error.data).toEqual({
    code: ERROR_MAP[code].trpc,
    httpStatus: ERROR_MAP[code].status,
    path: 'ours',
    error: { code, message: 'A sentence.', retryAfterMs: 1500, docs: 'busy', details: { position: 3 } },
  })
})

test('a failure of ours that the help explains keeps its words, and goes to the log', async () => {
  logged.length = 0
  const { error } = await bodyOf(await ask('ours', 'internal'))
  expect(error.data.error).toEqual({ code: 'internal', message: 'A sentence.', docs: 'busy' })
  expect(logged).toHaveLength(1)
})

test('an error that nobody meant says nothing to the caller and all to the log', async () => {
  for (const path of ['unexpected', 'badOutput']) {
    logged.length = 0
    const response = await ask(path)
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).toContain('Its log says what')
    expect(text).not.toMatch(/hunter2|stack|inner rule/)
    expect(logged).toHaveLength(1)
  }
})

test('broken input names each broken rule', async () => {
  logged.length = 0
  const response = await post('input', JSON.stringify({ text: '' }))
  expect(response.status).toBe(400)
  const { error } = await bodyOf(response)
  expect(error.data.error).toEqual({
    code: 'bad-request',
    message: 'Write something first.',
    issues: [{ path: ['text'], message: 'Write something first.', code: 'too_small' }],
  })
  expect(logged).toEqual([])
})

test('what is no JSON, no procedure or too many calls at once is a typed 4xx', async () => {
  const codeOf = async (response: Response) => {
    const body = await bodyOf(response)
    return [response.status, (Array.isArray(body) ? body[0] : body).error.data.error.code]
  }
  expect(await codeOf(await post('input', '{"text":'))).toEqual([400, 'bad-request'])
  expect(await codeOf(await ask('nothing'))).toEqual([404, 'not-found'])
  expect(await codeOf(await ask('size', { text: '' }))).toEqual([405, 'bad-request'])
  const many = Array.from({ length: 11 }, () => 'unexpected').join(',')
  expect(await codeOf(await fetch(`${base}/${many}?batch=1`))).toEqual([400, 'bad-request'])
})

test('a body beyond the limit is a typed 413, announced or not; an import may be large', async () => {
  const large = JSON.stringify({ text: 'x'.repeat(3_000_000) })
  const announced = await post('size', large)
  expect(announced.status).toBe(413)
  expect((await bodyOf(announced)).error.code).toBe('bad-request')

  const req = request(`${base}/size`, { method: 'POST', headers: { 'content-type': 'application/json' } })
  req.on('error', () => {})
  req.write(large)
  const [response] = await once(req, 'response')
  expect(response.statusCode).toBe(413)
  req.destroy()

  const imported = await post('chat.import', large)
  expect((await bodyOf(imported)).result.data).toBe(3_000_000)
  const asBatch = await post('chat.import?batch=1', `{"0":${large}}`)
  expect((await bodyOf(asBatch))[0].result.data).toBe(3_000_000)
})
