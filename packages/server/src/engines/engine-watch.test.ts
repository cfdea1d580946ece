import { createScriptedEngine } from '@reynard/engine/testing'
import { afterEach, expect, it, vi } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { type EngineWatch, watchEngine } from './engine-watch.ts'

const watches: EngineWatch[] = []
afterEach(async () => {
  for (const watch of watches.splice(0)) await watch.close()
})

function setUp() {
  const engine = createScriptedEngine({ models: ['llama3'] })
  const clock = createManualClock()
  const onChange = vi.fn()
  const watch = watchEngine({ engine, host: 'here', clock, onChange })
  watches.push(watch)
  return { engine, clock, onChange, watch }
}

const gone = { ok: false, code: 'engine-unreachable', message: 'Nobody answers.' } as const
const late = { ok: false, code: 'engine-timeout', message: 'No answer in time.' } as const

it('tells a change once, and looks again by itself', async () => {
  const { engine, clock, onChange, watch } = setUp()
  expect(watch.snapshot().health).toBeNull()
  await watch.recheck()
  await watch.recheck()
  expect(onChange).toHaveBeenCalledTimes(1)
  engine.setModels(['llama3', 'qwen3'])
  clock.advance(5_000)
  await expect.poll(() => watch.snapshot().models.length).toBe(2)
  expect(onChange).toHaveBeenCalledTimes(2)
})

it('believes at once that nobody answers', async () => {
  const { engine, watch } = setUp()
  await watch.recheck()
  engine.setHealth(gone)
  await watch.recheck()
  expect(watch.snapshot()).toMatchObject({ health: gone, models: [] })
})

it('forgives one missed deadline, not two', async () => {
  const { engine, clock, watch } = setUp()
  await watch.recheck()
  engine.setHealth(late)
  await watch.recheck()
  expect(watch.snapshot().health).toMatchObject({ ok: true })
  clock.advance(1_000)
  await expect.poll(() => watch.snapshot().health).toMatchObject({ ok: false })
})

it('looks no more once it is closed', async () => {
  const { engine, clock, onChange, watch } = setUp()
  await watch.recheck()
  await watch.close()
  engine.setHealth(gone)
  clock.advance(60_000)
  await watch.recheck()
  expect(onChange).toHaveBeenCalledTimes(1)
})
