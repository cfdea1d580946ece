import { describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import type { AdmissionTicket } from './admission.ts'
import { createAdmission } from './create-admission.ts'

/** An engine that really serves `slots` at once, 2 s each, first token after 0.1 s, the rest waiting inside it unseen. */
function setUp(slots: number, ceiling: number) {
  const clock = createManualClock()
  const admission = createAdmission({ places: 1000, ceiling, clock })
  let real = slots
  let serving = 0
  let inside = 0
  let most = 0
  const waiting: AdmissionTicket[] = []
  const engineWaits: number[] = []
  const serve = () => {
    while (serving < real && waiting.length > 0) {
      const ticket = waiting.shift()!
      serving += 1
      clock.after(100, () => ticket.started())
      clock.after(2_000, () => {
        serving -= 1
        inside -= 1
        ticket.leave()
        serve()
      })
    }
  }
  const ask = (operator: number | null = null) => {
    const ticket: AdmissionTicket = admission.enter({
      userId: 'u',
      class: 'person',
      onAdmit: () => {
        inside += 1
        most = Math.max(most, inside)
        waiting.push(ticket)
        serve()
      },
      onPosition: (position) => {
        if (position.place === 'engine') engineWaits.push(position.position)
      },
    })
    ticket.queue({ host: 'h', model: 'm', slots: operator })
  }
  return {
    clock,
    ask,
    engineWaits,
    change: (next: number) => {
      real = next
    },
    /** The most runs inside the engine since the last look. */
    most: () => {
      const seen = most
      most = inside
      return seen
    },
    total: () => admission.snapshot({ host: 'h', model: 'm' }).total,
  }
}

describe('learning how many slots an engine has', () => {
  it('begins at the ceiling, finds one slot, and then lets nothing wait inside the engine', () => {
    const { clock, ask, most, total, engineWaits } = setUp(1, 5)
    for (let i = 0; i < 20; i += 1) ask()
    expect(most()).toBe(5)
    clock.advance(12_000)
    expect(total()).toBe(1)
    expect(engineWaits.length).toBeGreaterThan(0)
    most()
    clock.advance(10_000)
    expect(most()).toBe(1)
  })

  it('keeps the ceiling where the engine keeps up', () => {
    const { clock, ask, total } = setUp(5, 5)
    for (let i = 0; i < 30; i += 1) ask()
    clock.advance(20_000)
    expect(total()).toBe(5)
  })

  it('finds two of five', () => {
    const { clock, ask, total } = setUp(2, 5)
    for (let i = 0; i < 40; i += 1) ask()
    clock.advance(20_000)
    expect(total()).toBe(2)
  })

  it('probes again later, carefully, and finds that there are more now', () => {
    const { clock, ask, total, change, most } = setUp(1, 4)
    for (let i = 0; i < 20; i += 1) ask()
    clock.advance(20_000)
    expect(total()).toBe(1)
    most()
    for (let i = 0; i < 200; i += 1) ask()
    clock.advance(120_000)
    expect(most()).toBeLessThanOrEqual(2)
    expect(total()).toBe(1)
    change(4)
    for (let i = 0; i < 600; i += 1) ask()
    clock.advance(400_000)
    expect(total()).toBe(4)
  })

  it('takes the operator at their word', () => {
    const { clock, ask, most, total } = setUp(1, 5)
    for (let i = 0; i < 10; i += 1) ask(2)
    clock.advance(10_000)
    expect(most()).toBe(2)
    expect(total()).toBe(2)
  })
})
