import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairQueue } from './fair-queue.ts'

type Item = { id: number; user: string; cost: number }
const make = () =>
  createFairQueue<Item>(
    (item) => item.user,
    (item) => item.cost,
  )
const anItem = fc.record({ user: fc.constantFrom('a', 'b', 'c', 'd'), cost: fc.integer({ min: 1, max: 8 }) })

describe('createFairQueue', () => {
  it('takes turns between users, first come first served within each', () => {
    const queue = make()
    for (const [id, user] of ['a', 'a', 'a', 'b', 'c', 'b'].entries()) queue.add({ id, user, cost: 1 })
    const taken = Array.from({ length: 6 }, () => queue.take()!.id)
    expect(taken).toEqual([0, 3, 4, 1, 5, 2])
    expect(queue.take()).toBeUndefined()
  })

  it('lets an expensive run wait for its rounds while cheap ones pass', () => {
    const queue = make()
    queue.add({ id: 0, user: 'long', cost: 3 })
    for (let id = 1; id <= 5; id += 1) queue.add({ id, user: 'short', cost: 1 })
    const taken = Array.from({ length: 6 }, () => queue.take()!.id)
    expect(taken.indexOf(0)).toBe(2)
  })

  it('foretells exactly what it then takes, whatever came and left before', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: anItem.map((item) => ({ kind: 'add' as const, item })) },
      { weight: 2, arbitrary: fc.constant({ kind: 'take' as const }) },
      { weight: 2, arbitrary: fc.nat().map((at) => ({ kind: 'remove' as const, at })) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = make()
        const inside = new Set<Item>()
        let id = 0
        for (const each of steps) {
          if (each.kind === 'add') {
            const item = { id: id++, ...each.item }
            inside.add(item)
            queue.add(item)
          } else if (each.kind === 'take') {
            const item = queue.take()
            expect(item === undefined).toBe(inside.size === 0)
            if (item !== undefined) expect(inside.delete(item)).toBe(true)
          } else {
            const item = [...inside][each.at % Math.max(1, inside.size)]
            if (item !== undefined) {
              inside.delete(item)
              expect(queue.remove(item)).toBe(true)
              expect(queue.remove(item)).toBe(false)
            }
          }
          expect(queue.size).toBe(inside.size)
        }
        const foretold = queue.order()
        const taken = Array.from({ length: queue.size }, () => queue.take()!)
        expect(taken.map((item) => item.id)).toEqual(foretold.map((item) => item.id))
        expect(new Set(taken)).toEqual(inside)
      }),
    )
  })

  it('starves nobody: whoever waits is taken within a bounded number of turns, however many others keep coming', () => {
    fc.assert(
      fc.property(fc.array(anItem, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (crowd, cost) => {
        const queue = make()
        let id = 0
        for (const item of crowd) queue.add({ id: id++, ...item })
        const patient = { id: -1, user: 'patient', cost }
        queue.add(patient)
        let turns = 0
        for (let taken = queue.take(); taken !== patient; taken = queue.take()) {
          turns += 1
          // As bad as it gets: who was served comes right back, with the cheapest run.
          queue.add({ id: id++, user: taken!.user, cost: 1 })
          expect(turns).toBeLessThan(4 * (cost + 9) + 4)
        }
      }),
    )
  })
})
