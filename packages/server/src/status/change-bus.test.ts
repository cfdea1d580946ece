import type { ChatChange } from '@reynard/protocol'
import { expect, it } from 'vitest'
import { createChangeBus } from './change-bus.ts'

const about = (conversationId: string): ChatChange => ({ kind: 'conversation', conversationId })

it('tells every page of that person, and nobody else', async () => {
  const bus = createChangeBus()
  const stop = new AbortController()
  const [one, two, other] = ['ann', 'ann', 'bob'].map((owner) => bus.watch(owner, stop.signal))
  const heard = [one, two].map((watcher) => watcher?.next())
  const foreign = other?.next()
  bus.publish('ann', about('a'))
  for (const next of heard) expect((await next)?.value).toEqual(about('a'))
  stop.abort()
  expect((await foreign)?.done).toBe(true)
})

it('keeps one of each change for a page that reads slowly', async () => {
  const bus = createChangeBus()
  const stop = new AbortController()
  const watcher = bus.watch('ann', stop.signal)
  const first = watcher.next()
  bus.publish('ann', about('a'))
  await first
  for (let round = 0; round < 1000; round++) {
    bus.publish('ann', about('b'))
    bus.publish('ann', about('c'))
  }
  expect([(await watcher.next()).value, (await watcher.next()).value]).toEqual([about('b'), about('c')])
  const nothing = watcher.next()
  stop.abort()
  expect((await nothing).done).toBe(true)
})
