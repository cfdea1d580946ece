import type { RunEvent } from '@reynard/protocol'
import { createTRPCClient } from '@trpc/client'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ConnectionState } from './connection-gate.ts'
import { followRun, type RunRollback, type StartingRun } from './follow-run.ts'
import { type LinkOptions, openLinks } from './open-links.ts'
import { openBadProxy } from './testing/bad-proxy.ts'
import { type Log, type logRouter, openLogServer } from './testing/log-server.ts'

const owned: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of owned.splice(0).reverse()) await close()
})
function own<Thing extends { close(): Promise<unknown> }>(thing: Thing): Thing {
  owned.push(() => thing.close())
  return thing
}

function connect(baseUrl: string, options: Partial<LinkOptions> = {}) {
  const timing = { retryDelayMs: () => 1, connectMs: 300, pingMs: 100, pongMs: 100, ...options.timing }
  const { links, connection, close } = own(openLinks({ baseUrl, ...options, timing }))
  const trpc = createTRPCClient<typeof logRouter>({ links })
  const follow = (run: string | StartingRun, after = 0, signal?: AbortSignal) =>
    followRun((input, observer) => trpc.chat.watch.subscribe(input, observer), run, { after, signal })
  return { trpc, connection, follow, close }
}
type Item = RunEvent | RunRollback

/** Reads to the end; `onItem` sees how many there are so far. */
async function collect(items: AsyncIterable<Item>, onItem: (count: number) => void = () => {}): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) {
    all.push(item)
    onItem(all.length)
  }
  return all
}
function writeAll(log: Log, count: number): void {
  for (let n = 1; n < count; n++) log.write(`t${n} `)
  log.end()
}
/** The same numbers for the same seed, so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe.each(['ws', 'sse'] as const)('a proxy that cuts connections (%s)', (transport) => {
  test('every event arrives exactly once', async () => {
    const server = own(await openLogServer())
    const proxy = own(await openBadProxy(server.url))
    const { follow } = connect(proxy.url, { transport })
    const random = seeded(7)
    const runs = Array.from({ length: 10 }, () => server.addRun())
    let untilCut = 5
    let cuts = 0
    const results = runs.map(({ runId, log }) =>
      collect(follow(runId), (count) => {
        if (count < 200 && log.events.length <= count) log.write(`t${count} `)
        else if (count === 200) log.end()
        untilCut -= 1
        if (untilCut > 0) return
        untilCut = 1 + Math.floor(random() * 40)
        if (proxy.cut() > 0) cuts += 1
      }),
    )
    for (const { log } of runs) log.write('first ')
    for (const [index, items] of (await Promise.all(results)).entries()) expect(items).toEqual(runs[index]?.log.events)
    expect(cuts).toBeGreaterThan(30)
  })
})

describe('a proxy that refuses upgrades', () => {
  test.each(['refuse', 'stall'] as const)('falls back to SSE by itself (%s)', async (upgrades) => {
    const server = own(await openLogServer())
    const proxy = own(await openBadProxy(server.url))
    proxy.upgrades = upgrades
    const { follow, connection } = connect(proxy.url)
    const { runId, log } = server.addRun()
    const items = collect(follow(runId), (count) => {
      if (count < 20) log.write('more ')
      else if (count === 20) log.end()
      if (count % 7 === 0) proxy.cut()
    })
    log.write('first ')
    expect(await items).toEqual(log.events)
    expect(connection.get().transport).toBe('sse')
  })

  test('that lets them through later gets the streams back, and they lose nothing', async () => {
    const server = own(await openLogServer())
    const proxy = own(await openBadProxy(server.url))
    proxy.upgrades = 'refuse'
    const { follow, connection, trpc } = connect(proxy.url, { timing: { returnDelayMs: () => 5 } })
    const { runId, log } = server.addRun()
    const items = collect(follow(runId), (count) => {
      if (count === 5) proxy.upgrades = 'pass'
    })
    log.write('first ')
    await vi.waitUntil(() => connection.get().transport === 'sse' && connection.get().status === 'open')
    for (let n = 0; n < 5; n++) log.write('by events ')
    await vi.waitUntil(() => connection.get().transport === 'ws' && connection.get().status === 'open')
    const { requests } = proxy.seen
    for (let n = 0; n < 5; n++) log.write('by socket ')
    log.end()
    expect(await items).toEqual(log.events)
    expect(proxy.seen.requests).toBe(requests)
    expect(await trpc.ping.query()).toBe('pong')
  })

  test('that takes them later and passes nothing on is left alone', async () => {
    const server = own(await openLogServer())
    const proxy = own(await openBadProxy(server.url))
    proxy.upgrades = 'refuse'
    const { follow, connection } = connect(proxy.url, { timing: { returnDelayMs: () => 5, connectMs: 50 } })
    const { runId, log } = server.addRun()
    const items = collect(follow(runId))
    await vi.waitUntil(() => connection.get().transport === 'sse' && connection.get().status === 'open')
    proxy.upgrades = 'stall'
    const { upgrades } = proxy.seen
    await vi.waitUntil(() => proxy.seen.upgrades > upgrades + 2)
    writeAll(log, 5)
    expect(await items).toEqual(log.events)
    expect(connection.get().transport).toBe('sse')
  })

  test('a server that is gone is no refusal: it comes back by WebSocket', async () => {
    const first = await openLogServer()
    const { runId, log } = first.addRun()
    await first.close()
    const { follow, connection } = connect(first.url)
    const items = collect(follow(runId))
    await vi.waitUntil(() => connection.get().failures > 3)
    own(await openLogServer({ port: first.port }))
    writeAll(log, 5)
    expect(await items).toEqual(log.events)
    expect(connection.get().transport).toBe('ws')
  })
})

describe('a proxy that falls silent', () => {
  test.each(['ws', 'sse'] as const)(
    'is noticed, and the stream goes on over a new connection (%s)',
    async (transport) => {
      const server = own(await openLogServer())
      const proxy = own(await openBadProxy(server.url))
      const { follow } = connect(proxy.url, { transport })
      const { runId, log } = server.addRun()
      const items = collect(follow(runId), (count) => {
        if (count === 3) proxy.stall()
        if (count === 3) writeAll(log, 8)
      })
      for (let n = 0; n < 3; n++) log.write('before ')
      expect(await items).toEqual(log.events)
    },
  )
})

describe.each(['ws', 'sse'] as const)('over %s', (transport) => {
  test('a restart of the server is bridged, and a rollback is told', async () => {
    const first = await openLogServer()
    const { runId, log } = first.addRun()
    const { follow } = connect(first.url, { transport })
    const four = Promise.withResolvers<void>()
    const items = collect(follow(runId), (count) => {
      if (count === 4) four.resolve()
      if (count !== 5) return
      log.write('again ')
      log.end()
    })
    for (let n = 1; n <= 4; n++) log.write(`t${n} `)
    await four.promise
    await first.close()
    log.truncate(2)
    own(await openLogServer({ port: first.port }))
    const all = await items
    expect(all.map((item) => [item.type, item.seq])).toEqual([
      ...[1, 2, 3, 4].map((seq) => ['text-delta', seq]),
      ['rollback', 2],
      ['text-delta', 3],
      ['run-end', 4],
    ])
  })

  test('starts after the number that the caller holds', async () => {
    const server = own(await openLogServer())
    const { runId, log } = server.addRun()
    writeAll(log, 6)
    const { follow } = connect(server.url, { transport })
    expect((await collect(follow(runId, 4))).map(({ seq }) => seq)).toEqual([5, 6])
    expect(await collect(follow(runId, 6))).toEqual([])
  })

  test('what the server says about the call itself ends it', async () => {
    const server = own(await openLogServer())
    const { follow } = connect(server.url, { transport })
    await expect(collect(follow(crypto.randomUUID()))).rejects.toThrow('There is no such run.')
  })

  test('an abort ends it without an error', async () => {
    const server = own(await openLogServer())
    const { runId, log } = server.addRun()
    const { follow } = connect(server.url, { transport })
    const controller = new AbortController()
    const items = collect(follow(runId, 0, controller.signal), () => controller.abort())
    log.write('only ')
    expect(await items).toHaveLength(1)
  })

  test('tells how it stands: open, offline with the time of the next try, and at once when asked', async () => {
    const server = await openLogServer()
    const { runId, log } = server.addRun()
    const states: ConnectionState[] = []
    const { follow, connection } = connect(server.url, {
      transport,
      timing: { retryDelayMs: () => 3_600_000 },
      onConnectionChange: (state) => states.push(state),
    })
    expect(connection.get().status).toBe('idle')
    const items = collect(follow(runId))
    await vi.waitUntil(() => connection.get().status === 'open')
    await server.close()
    await vi.waitUntil(() => connection.get().status === 'offline')
    expect(connection.get().nextRetryAt).toBeGreaterThan(Date.now() + 3_000_000)
    own(await openLogServer({ port: server.port }))
    writeAll(log, 3)
    connection.retryNow()
    expect(await items).toEqual(log.events)
    expect(states.map(({ status }) => status).slice(0, 2)).toEqual(['connecting', 'open'])
  })
})

test('a reader that does not read is cut off, and loses nothing when it comes back', async () => {
  const server = own(await openLogServer({ backlogBytes: 200_000 }))
  const proxy = own(await openBadProxy(server.url))
  const { follow } = connect(proxy.url, { transport: 'ws', timing: { pingMs: 60_000 } })
  const { runId, log } = server.addRun()
  const items = collect(follow(runId), (count) => {
    if (count !== 1) return
    proxy.stall()
    // More than the kernel's buffers take: the rest waits in the server.
    for (let n = 0; n < 300; n++) log.write('x'.repeat(100_000))
    log.end()
  })
  log.write('first')
  await vi.waitUntil(() => server.warnings.includes('a reader that is too slow was cut off'))
  proxy.cut()
  expect(await items).toEqual(log.events)
})

test('calls go in batches over HTTP', async () => {
  const server = own(await openLogServer())
  const proxy = own(await openBadProxy(server.url))
  const { trpc } = connect(proxy.url)
  expect(await Promise.all(Array.from({ length: 12 }, () => trpc.ping.query()))).toEqual(Array(12).fill('pong'))
  expect(proxy.seen).toEqual({ requests: 2, upgrades: 0 })
})

describe('what starts and stops runs', () => {
  async function watching(timing: LinkOptions['timing'] = {}) {
    const server = own(await openLogServer())
    const proxy = own(await openBadProxy(server.url))
    const { runId, log } = server.addRun()
    const client = connect(proxy.url, { timing })
    const items = collect(client.follow(runId))
    await vi.waitUntil(() => client.connection.get().status === 'open')
    return { ...client, proxy, runId, log, items }
  }

  test('goes over the socket that stands', async () => {
    const { trpc, proxy, runId, log, items } = await watching()
    expect(await trpc.chat.cancel.mutate({ runId, after: 0 })).toBe(1)
    await expect(trpc.chat.cancel.mutate({ runId: crypto.randomUUID(), after: 0 })).rejects.toThrow(
      'There is no such run.',
    )
    expect(proxy.seen).toEqual({ requests: 0, upgrades: 1 })
    log.end()
    await items
  })

  test('goes again over HTTP where the socket breaks before the answer', async () => {
    const { trpc, proxy, runId, log, items } = await watching()
    log.cancelGate = new Promise(() => {})
    const answer = trpc.chat.cancel.mutate({ runId, after: 0 })
    await vi.waitUntil(() => log.cancels === 1)
    proxy.cut()
    expect(await answer).toBe(2)
    expect(proxy.seen.requests).toBe(1)
    log.end()
    await items
  })

  test('goes again over HTTP where the socket says nothing', async () => {
    const { trpc, proxy, runId, log, items } = await watching({ patienceMs: 20, pingMs: 60_000 })
    proxy.stall()
    expect(await trpc.chat.cancel.mutate({ runId, after: 0 })).toBe(1)
    expect(proxy.seen).toEqual({ requests: 1, upgrades: 1 })
    proxy.cut()
    log.end()
    await items
  })

  test('is HTTP without a socket', async () => {
    const server = own(await openLogServer())
    const proxy = own(await openBadProxy(server.url))
    const { runId } = server.addRun()
    const { trpc } = connect(proxy.url)
    expect(await trpc.chat.cancel.mutate({ runId, after: 0 })).toBe(1)
    expect(proxy.seen).toEqual({ requests: 1, upgrades: 0 })
  })
})

describe('a run that is being started', () => {
  test('is followed by its id where the server did not know its key, and throws only what its start throws', async () => {
    const server = own(await openLogServer())
    const { follow } = connect(server.url)
    const { runId, log } = server.addRun()
    writeAll(log, 3)
    const { promise: started, resolve } = Promise.withResolvers<{ runId: string }>()
    const items = collect(follow({ key: 'key-that-is-not-known', started }))
    await expect.poll(() => server.refused).toContain('key-that-is-not-known')
    resolve({ runId })
    expect(await items).toEqual(log.events)
    const refusal = new Error('The queue is full.')
    const refused = collect(follow({ key: 'key-that-is-not-known', started: Promise.reject(refusal) }))
    await expect(refused).rejects.toBe(refusal)
  })
})
