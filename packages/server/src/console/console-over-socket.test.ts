import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import { LOCAL_OWNER_ID } from '@reynard/db'
import type { ConsoleOverview, ConsoleRun, ConsoleRunDetails } from '@reynard/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

let server: TestServer
let client: ReynardClient
beforeEach(async () => {
  server = await openTestServer({ fake: { models: ['fox:1b'] } })
  client = createReynardClient({ baseUrl: server.url })
  await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
  await client.trpc.admin.updateSettings.mutate({ titles: false })
})
afterEach(async () => {
  await client.close()
  await server.close()
})

const send = (text: string) =>
  client.trpc.chat.send.mutate({ key: crypto.randomUUID(), conversationId: null, parentId: null, text })
async function follow(runId: string) {
  const events = []
  for await (const event of client.followRun(runId)) events.push(event)
  return events
}
/** What a subscription said last. */
function newest<Value>(subscribe: (onData: (value: Value) => void) => { unsubscribe(): void }) {
  let value: Value | undefined
  let count = 0
  const { unsubscribe } = subscribe((next) => {
    value = next
    count += 1
  })
  return { get: () => value, count: () => count, unsubscribe }
}
const runsNow = () => newest<ConsoleRun[]>((onData) => client.trpc.admin.watchRuns.subscribe(undefined, { onData }))
const overviewNow = () =>
  newest<ConsoleOverview>((onData) => client.trpc.admin.watchOverview.subscribe({ range: 'hour' }, { onData }))

test('the overview follows a run from its first word to its end, and counts it', async () => {
  const overview = overviewNow()
  await expect.poll(overview.get).toMatchObject({ now: { running: 0, queued: 0 }, runs: { total: 0 }, wait: null })
  server.fake.control.set({ tokensPerSecond: 40 })
  const { runId } = await send('Go [[tokens:80]]')
  await expect
    .poll(overview.get, { timeout: 5_000 })
    .toMatchObject({ now: { running: 1 }, speed: { models: ['fox:1b'] } })
  expect(overview.get()?.engines).toMatchObject([{ kind: 'ollama', isActive: true, condition: 'ready' }])
  await follow(runId)
  await expect
    .poll(overview.get, { timeout: 5_000 })
    .toMatchObject({ now: { running: 0 }, runs: { total: 1, failed: 0 } })
  expect(overview.get()?.firstToken?.p50).toBeGreaterThan(0)
  expect(overview.get()?.latency?.p95).toBeGreaterThan(0)
  // All that was written stands in the chart.
  const { points, stepMs } = overview.get()!.speed
  expect(points.flat().length).toBe(60)
  expect(stepMs).toBe(60_000)
  overview.unsubscribe()
  const day = await client.trpc.admin.overview.query({ range: 'day' })
  expect(day.runs.total).toBe(1)
  const month = await client.trpc.admin.overview.query({ range: 'month' })
  expect(month.runs.total).toBe(1)
})

test('a run that lives is listed with its chat, is stopped from the console, and the chat is told by whom', async () => {
  const runs = runsNow()
  server.fake.control.set({ tokensPerSecond: 40 })
  const { runId, conversationId } = await send('Tell me of foxes [[tokens:2000]]')
  await expect.poll(runs.get, { timeout: 5_000 }).toMatchObject([
    {
      runId,
      isOwn: true,
      conversationId,
      title: expect.stringContaining('foxes'),
      model: 'fox:1b',
      phase: 'streaming',
    },
  ])
  await expect.poll(() => runs.get()?.[0]?.tokens ?? 0, { timeout: 5_000 }).toBeGreaterThan(10)
  expect(runs.get()?.[0]?.recent).toHaveLength(15)
  await client.trpc.admin.stopRun.mutate({ runId })
  const events = await follow(runId)
  expect(events.at(-1)).toMatchObject({ type: 'run-end', reason: 'stopped', by: 'admin' })
  await expect.poll(runs.get, { timeout: 5_000 }).toEqual([])
  runs.unsubscribe()
  const { messages } = await client.trpc.chat.byId.query({ id: conversationId })
  expect(messages.at(-1)?.runs.at(-1)).toMatchObject({ endReason: 'stopped', stoppedBy: 'admin' })
  // One that has ended stays as it is; one that never was is said to be missing.
  await client.trpc.admin.stopRun.mutate({ runId })
  await expect(client.trpc.admin.stopRun.mutate({ runId: crypto.randomUUID() })).rejects.toThrow(/not here/)
  const listed = await client.trpc.admin.listRuns.query({ endReason: 'stopped' })
  expect(listed.runs).toMatchObject([{ runId, endReason: 'stopped' }])
})

test('all runs of a person are stopped at once', async () => {
  server.fake.control.set({ tokensPerSecond: 20, parallel: 1 })
  const sent = await Promise.all([send('One [[tokens:900]]'), send('Two [[tokens:900]]'), send('Three [[tokens:900]]')])
  expect(await client.trpc.admin.stopAllOf.mutate({ userId: LOCAL_OWNER_ID })).toEqual({ stopped: 3 })
  for (const { runId } of sent) expect((await follow(runId)).at(-1)).toMatchObject({ reason: 'stopped', by: 'admin' })
  expect(await client.trpc.admin.stopAllOf.mutate({ userId: 'nobody' })).toEqual({ stopped: 0 })
})

test('a run of somebody else shows numbers and names, and no word of their chat', async () => {
  const { runId } = await send('The cellar key lies under the fourth stone')
  await follow(runId)
  await client.close()
  await server.stop()
  const database = new DatabaseSync(join(server.dataDir, 'reynard.db'))
  database.exec(`insert into users (id, name, role, created_at) values ('ines', 'Ines', 'user', 1);
    update conversations set owner_id = 'ines'; update runs set owner_id = 'ines'; update run_figures set owner_id = 'ines'`)
  database.close()
  server = await server.restart()
  client = createReynardClient({ baseUrl: server.url })

  const { runs } = await client.trpc.admin.listRuns.query({})
  expect(runs).toMatchObject([
    { runId, isOwn: false, title: null, conversationId: null, user: { id: 'ines', name: 'Ines' } },
  ])
  const details = newest<ConsoleRunDetails>((onData) => client.trpc.admin.watchRun.subscribe({ runId }, { onData }))
  await expect.poll(details.get).toMatchObject({ text: null, run: { title: null, phase: 'ended', endReason: 'done' } })
  expect(details.get()?.events.map(({ type }) => type)).toContain('text-delta')
  const said = JSON.stringify([runs, details.get()])
  expect(said).not.toMatch(/cellar|fourth|stone/)
  for (const { type, detail } of details.get()?.events ?? [])
    if (type === 'text-delta') expect(detail).toMatch(/^\d+ tokens?$/)
  expect((await client.trpc.admin.listRuns.query({ query: 'cellar' })).runs).toEqual([])
  expect((await client.trpc.admin.listRuns.query({ query: 'ines' })).runs).toHaveLength(1)
})

test("one's own run is opened with its timeline, its events and its words, while it writes", async () => {
  server.fake.control.set({ tokensPerSecond: 30 })
  const { runId } = await send('Go [[tokens:60]]')
  const details = newest<ConsoleRunDetails>((onData) => client.trpc.admin.watchRun.subscribe({ runId }, { onData }))
  await expect.poll(() => details.get()?.text?.length ?? 0, { timeout: 5_000 }).toBeGreaterThan(0)
  expect(details.get()?.stretches.at(-1)).toMatchObject({ kind: 'writing', to: null })
  await expect.poll(() => details.get()?.run.phase, { timeout: 10_000 }).toBe('ended')
  const { stretches, events, eventCount } = details.get()!
  expect(events.at(-1)).toMatchObject({ type: 'run-end', detail: 'done', seq: eventCount })
  expect(stretches.map(({ kind }) => kind)).toContain('writing')
  // One stretch after the other, without gaps.
  for (const [i, { from }] of stretches.entries()) if (i > 0) expect(from).toBe(stretches[i - 1]!.to)
})
