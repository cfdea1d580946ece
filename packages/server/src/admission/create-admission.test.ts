import { errorCodeOf } from '@reynard/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import type { Admission, AdmissionTicket, QueuePosition } from './admission.ts'
import { createAdmission } from './create-admission.ts'

const at = (model = 'm', slots: number | null = null, host = 'h') => ({ host, model, slots })

function setUp(options: { places?: number; ceiling?: number; perUser?: number | null } = {}) {
  const clock = createManualClock()
  const { places = 1000, ceiling = 2, perUser = null } = options
  const admission = createAdmission({ places, ceiling, perUser, clock })
  const admitted: string[] = []
  const positions = new Map<string, QueuePosition[]>()
  const preempted: string[] = []
  const enter = (
    name: string,
    to: ReturnType<typeof at> | null = at(),
    userId = 'u',
    kind: 'person' | 'background' = 'person',
  ) => {
    positions.set(name, [])
    const ticket = admission.enter({
      userId,
      class: kind,
      onAdmit: () => admitted.push(name),
      onPosition: (position) => positions.get(name)!.push(position),
      onPreempt: () => preempted.push(name),
    })
    if (to === null) ticket.park()
    else ticket.queue(to)
    return ticket
  }
  return { clock, admission, admitted, positions, preempted, enter }
}

describe('createAdmission', () => {
  it('admits at once while slots are free, then in order as they come free', () => {
    const { enter, admitted } = setUp()
    const a = enter('a')
    enter('b')
    enter('c')
    expect(admitted).toEqual(['a', 'b'])
    a.leave()
    a.leave()
    expect(admitted).toEqual(['a', 'b', 'c'])
  })

  it('gives nobody more than the bound at once, at all models and hosts together, and holds up nobody else by it', () => {
    const { enter, admitted, admission } = setUp({ ceiling: 4, perUser: 1 })
    const a = enter('a1', at(), 'a')
    enter('a2', at(), 'a')
    enter('a3', at('other', null, 'h2'), 'a')
    enter('b1', at(), 'b')
    expect(admitted).toEqual(['a1', 'b1'])
    // What waited longest goes on, also where the slot came free elsewhere.
    a.leave()
    expect(admitted).toEqual(['a1', 'b1', 'a2'])
    admission.setPerUser(2)
    expect(admitted).toEqual(['a1', 'b1', 'a2', 'a3'])
    enter('a4', at(), 'a')
    expect(admitted).toHaveLength(4)
    admission.setPerUser(null)
    expect(admitted).toEqual(['a1', 'b1', 'a2', 'a3', 'a4'])
  })

  it('lets a person at their bound go on at another host when their slot comes free', () => {
    const { enter, admitted } = setUp({ ceiling: 4, perUser: 1 })
    const first = enter('first', at('m', null, 'h1'))
    enter('second', at('m', null, 'h2'))
    expect(admitted).toEqual(['first'])
    first.leave()
    expect(admitted).toEqual(['first', 'second'])
  })

  it('tells whoever shows its slots when any of them is taken or comes free, also by work in the background', () => {
    let shown = ''
    const admission: Admission = createAdmission({
      places: 1,
      ceiling: 1,
      clock: createManualClock(),
      onChange: () => {
        shown = JSON.stringify(admission.snapshot(null))
      },
    })
    for (const kind of ['person', 'background'] as const) {
      const ticket = admission.enter({ userId: 'u', class: kind, onAdmit: () => {} })
      ticket.queue(at())
      expect(JSON.parse(shown)).toEqual({ total: 1, free: 0, queued: 0 })
      ticket.leave()
      expect(JSON.parse(shown)).toEqual({ total: 1, free: 1, queued: 0 })
    }
  })

  it('gives the slot of one that rests to the next, takes no place meanwhile, and lets it queue again', () => {
    const { enter, admitted, admission } = setUp({ ceiling: 1, places: 1 })
    const a = enter('a')
    const b = enter('b')
    a.rest()
    a.rest()
    expect(admitted).toEqual(['a', 'b'])
    expect(admission.snapshot(null)).toMatchObject({ queued: 0 })
    enter('c')
    a.queue(at())
    b.leave()
    expect(admitted).toEqual(['a', 'b', 'c'])
    a.rest()
    a.leave()
    expect(admission.snapshot(null)).toMatchObject({ queued: 0 })
  })

  it('tells positions together, not one by one, and only when they changed', () => {
    const { enter, positions, clock } = setUp({ ceiling: 1 })
    const a = enter('a')
    enter('b')
    const c = enter('c')
    enter('d')
    expect(positions.get('b')).toEqual([])
    clock.advance(250)
    expect(positions.get('b')).toEqual([{ position: 1, etaMs: null, place: 'queue' }])
    expect(positions.get('d')).toEqual([{ position: 3, etaMs: null, place: 'queue' }])
    c.leave()
    clock.advance(10_000)
    expect(positions.get('d')!.map((p) => p.position)).toEqual([3, 2])
    expect(positions.get('b')).toHaveLength(1)
    expect(clock.pending()).toBe(0)
    a.leave()
  })

  it('estimates the wait from recent runs', () => {
    const { enter, positions, clock } = setUp({ ceiling: 1 })
    const a = enter('a')
    a.started()
    clock.advance(4_000)
    a.leave()
    enter('b')
    enter('c')
    clock.advance(250)
    expect(positions.get('c')!.at(-1)).toEqual({ position: 1, etaMs: 2_000, place: 'queue' })
  })

  it('takes turns between users', () => {
    const { enter, admitted } = setUp({ ceiling: 1 })
    const first = enter('a1', at(), 'a')
    const rest = [enter('a2', at(), 'a'), enter('a3', at(), 'a'), enter('b1', at(), 'b')]
    first.leave()
    rest[0]!.leave()
    expect(admitted).toEqual(['a1', 'a2', 'b1'])
  })

  it('rejects when every place is taken, and says when to come back', () => {
    const { enter, admission } = setUp({ ceiling: 1, places: 2 })
    const a = enter('a')
    enter('b')
    enter('c')
    let caught: unknown
    try {
      enter('d')
    } catch (error) {
      caught = error
    }
    expect(errorCodeOf(caught)).toBe('too-many-requests')
    expect(caught).toMatchObject({ retryAfterMs: expect.any(Number) })
    a.leave()
    enter('e')
    expect(admission.snapshot(at())).toEqual({ total: 1, free: 0, queued: 2 })
  })

  it('keeps a run that waits for its model in the same bounded queue', () => {
    const { enter, admitted, positions, clock, admission } = setUp()
    const a = enter('a', null)
    enter('b', null)
    clock.advance(250)
    expect(positions.get('b')).toEqual([{ position: 2, etaMs: null, place: 'model' }])
    expect(admission.snapshot(null).queued).toBe(2)
    a.queue(at())
    expect(admitted).toEqual(['a'])
    clock.advance(250)
    expect(positions.get('b')!.at(-1)).toEqual({ position: 1, etaMs: null, place: 'model' })
  })

  it('holds one model to its slots and a host to its ceiling, and a full model does not block another', () => {
    const { enter, admitted } = setUp({ ceiling: 3 })
    const first = enter('m1', at('m', 1))
    enter('m2', at('m', 1))
    enter('n1', at('n'))
    enter('n2', at('n'))
    enter('n3', at('n'))
    enter('o1', at('n', null, 'other'))
    expect(admitted).toEqual(['m1', 'n1', 'n2', 'o1'])
    first.leave()
    expect(admitted).toHaveLength(5)
  })

  it('lets background jobs go last and tells a running one to stop when a person waits', () => {
    const { enter, admitted, preempted } = setUp({ ceiling: 1 })
    const title = enter('title', at(), 'u', 'background')
    expect(admitted).toEqual(['title'])
    enter('person')
    expect(preempted).toEqual(['title'])
    title.leave()
    expect(admitted).toEqual(['title', 'person'])
    enter('title2', at(), 'u', 'background')
    enter('person2')
    expect(admitted).toHaveLength(2)
    expect(preempted).toEqual(['title'])
  })

  it('begins no background job that would be told to stop at once: it goes when the person has left', () => {
    const { enter, admitted, preempted } = setUp()
    const person = enter('person')
    enter('title', at(), 'u', 'background')
    enter('elsewhere', at('other'), 'u', 'background')
    expect(admitted).toEqual(['person', 'elsewhere'])
    person.leave()
    expect(admitted).toEqual(['person', 'elsewhere', 'title'])
    expect(preempted).toEqual([])
  })

  it('tells a background job to stop when a person is admitted beside it and nothing proves that there is room for both', () => {
    const unsure = setUp({ ceiling: 5 })
    unsure.enter('title', at(), 'u', 'background')
    unsure.enter('person')
    expect(unsure.preempted).toEqual(['title'])
    const vouched = setUp({ ceiling: 5 })
    vouched.enter('title', at('m', 4), 'u', 'background')
    vouched.enter('person', at('m', 4))
    expect(vouched.preempted).toEqual([])
  })

  it('gives 500 arrivals in one instant their places without telling anyone a position twice', () => {
    const { enter, positions, clock, admission } = setUp({ ceiling: 5 })
    const tickets = Array.from({ length: 500 }, (_, i) => enter(String(i), at(), `user${i % 7}`))
    clock.advance(250)
    expect([...positions.values()].every((told) => told.length <= 1)).toBe(true)
    const told = [...positions.values()].flat().map((p) => p.position)
    expect(told.sort((a, b) => a - b)).toEqual(Array.from({ length: 495 }, (_, i) => i + 1))
    for (const ticket of tickets) ticket.leave()
    expect(admission.snapshot(null)).toMatchObject({ queued: 0, free: 5 })
  })

  it('loses and doubles no slot, and admits everybody who stays, for random arrivals, ends and cancels', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('enter' as const),
          user: fc.nat(3),
          model: fc.nat(2),
          host: fc.nat(1),
          background: fc.boolean(),
          park: fc.boolean(),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constantFrom('leave' as const, 'start' as const, 'move' as const, 'hold' as const, 'rest' as const),
          who: fc.nat(),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
      },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 4 }), (steps, ceiling) => {
        const clock = createManualClock()
        const admission = createAdmission({ places: 40, ceiling, clock })
        type Run = {
          ticket: AdmissionTicket
          host: string
          running: boolean
          gone: boolean
          resting: boolean
          person: boolean
          admits: number
          moves: number
          last: QueuePosition | null
        }
        const runs: Run[] = []
        const runningAt = (host: string) => runs.filter((run) => run.running && run.host === host).length
        const open = () => runs.filter((run) => !run.gone)
        for (const each of steps) {
          if (each.do === 'enter') {
            const run: Run = {
              ticket: null!,
              host: `h${each.host}`,
              running: false,
              gone: false,
              resting: false,
              person: !each.background,
              admits: 0,
              moves: 1,
              last: null,
            }
            try {
              run.ticket = admission.enter({
                userId: `u${each.user}`,
                class: each.background ? 'background' : 'person',
                cost: 1 + each.user,
                onAdmit: () => {
                  expect(run.gone || run.running || run.resting).toBe(false)
                  run.running = true
                  run.admits += 1
                  expect(runningAt(run.host)).toBeLessThanOrEqual(ceiling)
                },
                onPosition: (position) => {
                  expect(run.gone || run.resting).toBe(false)
                  expect(position.place === 'engine').toBe(run.running)
                  run.last = position
                },
              })
            } catch (error) {
              expect(errorCodeOf(error)).toBe('too-many-requests')
              expect(
                open().filter((other) => other.person && !other.running && !other.resting).length,
              ).toBeGreaterThanOrEqual(40)
              continue
            }
            runs.push(run)
            if (each.park) run.ticket.park()
            else run.ticket.queue(at(`m${each.model}`, null, run.host))
          } else if (each.do === 'wait') clock.advance(each.ms)
          else {
            const all = open()
            const run = all[each.who % Math.max(1, all.length)]
            if (run === undefined) continue
            if (each.do === 'leave') {
              run.gone = true
              run.running = false
              run.ticket.leave()
            } else if (each.do === 'start') run.ticket.started()
            else if (each.do === 'hold') run.ticket.held()
            else if (each.do === 'rest') {
              run.running = false
              run.resting = true
              run.ticket.rest()
            } else {
              run.running = false
              run.resting = false
              run.host = `h${each.who % 2}`
              run.ticket.queue(at('m0', null, run.host))
            }
          }
        }
        // Whoever has not left is served in the end, however slots were learnt on the way.
        for (const run of open()) {
          run.resting = false
          if (!run.running) run.ticket.queue(at('m0', null, run.host))
        }
        for (let rounds = 0; open().length > 0; rounds += 1) {
          expect(rounds).toBeLessThanOrEqual(runs.length)
          const running = open().filter((run) => run.running)
          expect(running.length).toBeGreaterThan(0)
          for (const run of running) {
            run.gone = true
            run.running = false
            run.ticket.leave()
          }
        }
        expect(admission.snapshot(null)).toMatchObject({ total: ceiling, free: ceiling, queued: 0 })
        clock.advance(250)
        expect(clock.pending()).toBe(0)
      }),
      { numRuns: 150 },
    )
  })
})
