import { expect, test } from 'vitest'
import { Admission } from './admission.ts'

test('slots bound what runs, and owners take turns for a free one', async () => {
  const admission = new Admission({ slots: 1, waiting: 10, waitingPerOwner: 5 })
  const first = await admission.acquire('a')
  const order: string[] = []
  const call = async (owner: string, name: string) => {
    const release = await admission.acquire(owner)
    order.push(name)
    release()
    release()
  }
  const all = [call('a', 'a1'), call('a', 'a2'), call('a', 'a3'), call('b', 'b1'), call('b', 'b2')]
  expect(order).toEqual([])
  first()
  await Promise.all(all)
  expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3'])
})

test('a full queue refuses at once: of one owner first, then of all', async () => {
  const admission = new Admission({ slots: 1, waiting: 3, waitingPerOwner: 2 })
  const release = await admission.acquire('a')
  const waiting = [admission.acquire('a'), admission.acquire('a')]
  await expect(admission.acquire('a')).rejects.toMatchObject({ code: 'too-many' })
  waiting.push(admission.acquire('b'))
  await expect(admission.acquire('c')).rejects.toMatchObject({ code: 'too-many' })
  release()
  await Promise.all(waiting.map(async (next) => (await next)()))
  ;(await admission.acquire('c'))()
})

test('a signal leaves the queue, and its place is free again', async () => {
  const admission = new Admission({ slots: 1, waiting: 1, waitingPerOwner: 1 })
  const release = await admission.acquire('a')
  const stop = new AbortController()
  const waiting = admission.acquire('b', stop.signal)
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
  await expect(admission.acquire('b', stop.signal)).rejects.toMatchObject({ code: 'aborted' })
  const next = admission.acquire('b')
  release()
  ;(await next)()
})
