import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Caller } from '../access/access.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { createUploadRoute } from './upload-route.ts'
import { createUploadStore } from './upload-store.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'uploads-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))
const signal = new AbortController().signal
const uploads = () => readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((path) => path !== 'uploads')

test('files that come side by side count together, also those that are whole before the last one is', async () => {
  const store = createUploadStore(dataDir, Date.now, 100)
  const held = Promise.withResolvers<void>()
  const slow = store.save({
    ownerId: 'me',
    name: 'slow',
    signal,
    content: (async function* () {
      yield Buffer.alloc(10)
      await held.promise
      yield Buffer.alloc(50)
    })(),
  })
  await vi.waitFor(() => expect(uploads()).toHaveLength(1))
  const quick = (async function* () {
    yield Buffer.alloc(60)
  })()
  await store.save({ ownerId: 'me', name: 'quick', signal, content: quick })
  held.resolve()
  await expect(slow).rejects.toMatchObject({ code: 'too-many-requests' })
})

test('an upload that drips is ended by the clock, however regularly it drips', async () => {
  const clock = createManualClock()
  const store = createUploadStore(dataDir, () => clock.now())
  const logger = { warn: () => {}, error: () => {} }
  const route = createUploadRoute({ store, attachments: { discard: async () => {} }, clock, logger })
  const me: Caller = { userId: 'me', role: 'owner', scopes: null, credential: null }
  const server = createServer((req, res) => {
    if (route.access !== 'anyone') route.serve(req, res, '/api/uploads', me)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  try {
    const req = request({
      port,
      path: '/api/uploads?name=drip',
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
    })
    const gone = new Promise<string>((resolve) => {
      req.on('error', () => resolve('cut'))
      req.on('response', () => resolve('answered'))
    })
    let ended: string | null = null
    void gone.then((how) => {
      ended = how
    })
    for (let drops = 1; drops <= 31 && ended === null; drops++) {
      req.write('x')
      const isThere = () =>
        ended !== null || (uploads()[0] !== undefined && statSync(join(dataDir, uploads()[0] ?? '')).size >= drops)
      await vi.waitUntil(isThere)
      clock.advance(59_000)
    }
    expect(await gone).toBe('cut')
    await vi.waitFor(() => expect(uploads()).toEqual([]))
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
