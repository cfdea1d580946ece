import { LOCAL_OWNER_ID } from '@reynard/db'
import { createGate } from '@reynard/engine/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts'
import { Listener, openRunKit, question, type RunKit } from '../testing/open-run-kit.ts'

let clock: ManualClock
let kit: RunKit
beforeEach(async () => {
  clock = createManualClock()
  kit = await openRunKit({ clock, commitDelayMs: 20, places: 1, ceiling: 1 })
})
afterEach(async () => {
  await kit.close()
  expect(kit.problems).toEqual([])
})

function watch(key: string, { owner = LOCAL_OWNER_ID, stop = new AbortController(), after = 0 } = {}) {
  return kit.runs.watch(owner, { key }, after, stop.signal)
}
/** Everything up to the end, while time goes on. */
async function hear(items: AsyncIterable<Parameters<Listener['take']>[0]>): Promise<Listener> {
  const listener = new Listener()
  for await (const item of items) {
    listener.take(item)
    clock.advance(200)
  }
  return listener
}

it('shows a run to who knows its key: before it is asked for, while it is accepted, while it lives, and afterwards', async () => {
  kit.engine.setScript(['Be', 'cause.'])
  const input = question()
  const early = hear(watch(input.key))
  const sent = kit.runs.send(LOCAL_OWNER_ID, input)
  const during = hear(watch(input.key))
  await sent
  const live = hear(watch(input.key))
  const heard = await early
  expect(heard.view()).toMatchObject({ text: 'Because.', endReason: 'done' })
  for (const each of [await during, await live, await hear(watch(input.key))]) expect(each.events).toEqual(heard.events)
})

it('shows nothing before it is saved', async () => {
  const gate = createGate()
  kit.engine.setScript(['x', gate])
  const input = question()
  const items = watch(input.key)
  const order: string[] = []
  const first = items.next().then(() => order.push('watched'))
  const sent = kit.runs.send(LOCAL_OWNER_ID, input)
  await gate.reached
  expect(order).toEqual([])
  await sent
  await first
  gate.open()
  await kit.hear((await sent).runId)
  await items.return?.()
})

it('ends with why the start was refused', async () => {
  const gate = createGate()
  kit.engine.setScript(['x', gate])
  const running = await kit.send()
  await gate.reached
  const queued = await kit.send()
  const input = question()
  const early = watch(input.key).next()
  const refused = kit.runs.send(LOCAL_OWNER_ID, input)
  await expect(refused).rejects.toMatchObject({ code: 'too-many-requests' })
  await expect(early).rejects.toMatchObject({ code: 'too-many-requests', retryAfterMs: expect.any(Number) })
  gate.open()
  await kit.hear(running.runId)
  await kit.hear(queued.runId)
})

it('waits ten seconds for a key that never comes, and not at all for who has gone', async () => {
  const stop = new AbortController()
  const left = watch('key-that-never-comes', { stop }).next()
  stop.abort()
  expect(await left).toEqual({ done: true, value: undefined })
  expect(clock.pending()).toBe(0)
  const waited = watch('key-that-never-comes').next()
  clock.advance(9_999)
  expect(clock.pending()).toBe(1)
  clock.advance(1)
  await expect(waited).rejects.toMatchObject({ code: 'not-found' })
  expect(clock.pending()).toBe(0)
})

it('is no use with the key of somebody else', async () => {
  const input = question()
  const early = watch(input.key, { owner: 'somebody' }).next()
  const { runId } = await kit.runs.send(LOCAL_OWNER_ID, input)
  const late = watch(input.key, { owner: 'somebody' }).next()
  clock.advance(10_000)
  await expect(early).rejects.toMatchObject({ code: 'not-found' })
  await expect(late).rejects.toMatchObject({ code: 'not-found' })
  await kit.hear(runId)
})
