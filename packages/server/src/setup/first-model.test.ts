import type { EngineKind, EngineStatus } from '@reynard/protocol'
import { expect, it } from 'vitest'
import { createFirstModel, type FetchStarter } from './first-model.ts'

const embedded: EngineStatus = {
  kind: 'embedded',
  label: 'Embedded, on this machine',
  condition: 'no-model',
  version: null,
  problem: 'There is no model in the models folder yet.',
}

function setUp(fetchStarter: FetchStarter | null, activeAtFirst: EngineKind | null = null) {
  let active = activeAtFirst
  const logged: unknown[] = []
  const first = createFirstModel({
    hub: { recheck: async () => {}, statuses: () => [embedded], active: () => active },
    fetchStarter: () => fetchStarter,
    onChange() {},
    logger: { warn() {}, error: (fields) => logged.push(fields) },
  })
  return {
    first,
    logged,
    appear: () => {
      active = 'embedded'
    },
    vanish: () => {
      active = null
    },
  }
}

it('tells each step while it fetches, and nothing any more once a model answers', async () => {
  const go = Promise.withResolvers<void>()
  const { first, appear } = setUp(async ({ onStep }) => {
    onStep({ step: 'Fetching the starter', state: 'running', detail: 'from Hugging Face' })
    await go.promise
    appear()
    onStep({ step: 'Fetching the starter', state: 'done', detail: null })
  })
  const over = first.search()
  await expect.poll(() => first.underway()).toBe('Looking for a first model: Fetching the starter, from Hugging Face.')
  expect(first.steps().map(({ step, state }) => `${step}: ${state}`)).toEqual(['Fetching the starter: running'])
  go.resolve()
  await over
  expect(first.steps()).toEqual([])
  expect(first.underway()).toBeNull()
})

it('says in a sentence what it looks for, whatever step it is at', async () => {
  const said = new Set<string | null>()
  const { first } = setUp(async ({ onStep }) => {
    for (const state of ['running', 'skipped'] as const) {
      onStep({ step: 'models folder', state, detail: null })
      said.add(first.underway())
    }
  })
  const over = first.search()
  said.add(first.underway())
  await over
  expect([...said]).toEqual([
    'Looking for an engine.',
    'Looking for a first model: models folder.',
    'Looking for a first model.',
  ])
})

it('does not show again what it saw, when the engine that it found has stopped', async () => {
  const { first, vanish } = setUp(null, 'ollama')
  await first.search()
  vanish()
  expect(first.steps()).toEqual([])
})

it('fetches nothing where a model answers already', async () => {
  const { first, logged } = setUp(() => Promise.reject(new Error('asked')), 'ollama')
  await first.search()
  expect(logged).toEqual([])
})

it('keeps what was tried on screen where nothing helped', async () => {
  const { first } = setUp(null)
  await first.search()
  expect(first.steps()).toMatchObject([{ state: 'failed', detail: 'There is no model in the models folder yet.' }])
  expect(first.underway()).toBeNull()
})

it('survives a search that breaks, and can search again', async () => {
  let calls = 0
  const { first, logged } = setUp(() => {
    calls++
    return Promise.reject(new Error('disk on fire'))
  })
  await first.search()
  await first.search()
  expect([calls, logged.length]).toEqual([2, 2])
})

it('stops when the server stops', async () => {
  const { first } = setUp(
    ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  )
  const over = first.search()
  await expect.poll(() => first.steps()).toEqual([])
  await first.close()
  await over
})
