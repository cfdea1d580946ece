import { expect, it, vi } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { createStatusBoard } from './system-status.ts'

function setUp() {
  const clock = createManualClock()
  let queued = 0
  const board = createStatusBoard({
    hub: {
      keepsQuestions: () => false,
      active: () => 'ollama',
      statuses: () => [],
      defaultModel: () => ({ name: 'llama3', label: 'llama3', note: null }),
      models: () => [],
    },
    slots: () => ({ total: 1, free: 0, queued }),
    downloads: () => [],
    setup: () => [],
    hardware: () => ({ gpu: null, note: null }),
    modelsDir: '/models',
    unusableModels: () => [],
    notices: { announcement: () => null, maintenance: () => null },
    clock,
  })
  return {
    board,
    clock,
    setQueued(count: number) {
      queued = count
      board.touch()
    },
  }
}

it('tells changes, at most two a second', () => {
  const { board, clock, setQueued } = setUp()
  const told = vi.fn()
  board.onChange(({ slots }) => told(slots.queued))
  for (let step = 1; step <= 100; step++) {
    setQueued(step)
    clock.advance(10)
  }
  clock.advance(500)
  expect(told.mock.calls.length).toBeLessThanOrEqual(4)
  expect(told).toHaveBeenLastCalledWith(100)
})

it('says nothing where nothing changed', () => {
  const { board, clock } = setUp()
  const told = vi.fn()
  board.onChange(told)
  for (let step = 0; step < 5; step++) {
    board.touch()
    clock.advance(1_000)
  }
  expect(told).toHaveBeenCalledTimes(1)
})

it('shows a page how things are, then the newest only', async () => {
  const { board, clock, setQueued } = setUp()
  const stop = new AbortController()
  const watcher = board.watch(stop.signal)
  expect((await watcher.next()).value).toMatchObject({ active: 'ollama', slots: { queued: 0 } })
  const next = watcher.next()
  setQueued(1)
  clock.advance(500)
  expect((await next).value).toMatchObject({ slots: { queued: 1 } })
  for (const count of [2, 3]) {
    setQueued(count)
    clock.advance(500)
  }
  expect((await watcher.next()).value).toMatchObject({ slots: { queued: 3 } })
  stop.abort()
  expect((await watcher.next()).done).toBe(true)
})
