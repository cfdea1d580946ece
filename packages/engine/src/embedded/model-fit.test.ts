import { describe, expect, test } from 'vitest'
import { catalog, catalogModelName } from './catalog.ts'
import { describeCatalog, type Machine } from './model-fit.ts'
import { threadsFor } from './threads.ts'

const laptop: Machine = { memoryBytes: 16e9, threads: 7, gpu: null, measuredBytesPerSecond: null }
const fitsOn = (machine: Machine) => Object.fromEntries(describeCatalog(machine, []).map(({ id, fit }) => [id, fit]))

describe('how models would do', () => {
  test('depends on the memory', () => {
    expect(fitsOn(laptop)).toMatchObject({ 'qwen2.5-0.5b-instruct': 'easily', 'qwen3-4b-instruct-2507': 'easily' })
    expect(fitsOn({ ...laptop, memoryBytes: 4e9 })).toMatchObject({
      'qwen2.5-0.5b-instruct': 'easily',
      'qwen2.5-1.5b-instruct': 'easily',
      'qwen3-4b-instruct-2507': 'too-large',
    })
  })

  test('depends on the speed, measured where it was', () => {
    const slow = { ...laptop, threads: 1 }
    expect(fitsOn(slow)).toMatchObject({ 'qwen3-4b-instruct-2507': 'slow', 'qwen2.5-0.5b-instruct': 'easily' })
    expect(fitsOn({ ...slow, measuredBytesPerSecond: 13e9 })).toMatchObject({ 'qwen3-4b-instruct-2507': 'easily' })
    const [starter] = describeCatalog({ ...slow, measuredBytesPerSecond: 491_400_032 * 20 }, [])
    expect(starter?.tokensPerSecond).toBe(20)
  })

  test('suggests one model, the largest that is comfortable here', () => {
    const suggestedOn = (machine: Machine) =>
      describeCatalog(machine, [])
        .filter(({ suggested }) => suggested)
        .map(({ id }) => id)
    expect(suggestedOn({ ...laptop, threads: 1 })).toEqual(['qwen2.5-1.5b-instruct'])
    expect(suggestedOn(laptop)).toEqual(['qwen3-4b-instruct-2507'])
    expect(suggestedOn({ ...laptop, gpu: { memoryBytes: 12e9 } })).toEqual(['qwen3.5-9b'])
    expect(suggestedOn({ ...laptop, memoryBytes: 1e9 })).toEqual([])
    // What is measured moves with the load of the machine; what to begin with does not.
    for (const measuredBytesPerSecond of [0.5e9, 3e9, 40e9])
      expect(suggestedOn({ ...laptop, measuredBytesPerSecond })).toEqual(['qwen3-4b-instruct-2507'])
  })

  test('knows what is installed', () => {
    const installed = describeCatalog(laptop, ['Qwen3.5-2B-Q4_K_M']).filter((model) => model.installed)
    expect(installed.map(({ id }) => id)).toEqual(['qwen3.5-2b'])
  })
})

test('the starter stays within what may be fetched unasked', () => {
  expect(catalog[0]).toMatchObject({ license: 'Apache-2.0', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(catalog[0]?.sizeBytes).toBeLessThanOrEqual(500_000_000)
})

test('every entry has a name that a model may have, and only one', () => {
  const names = catalog.map(catalogModelName)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
})

test('threads leave a core to the server', () => {
  expect([1, 2, 4, 32].map((cores) => threadsFor('auto', cores))).toEqual([1, 1, 3, 8])
  expect(threadsFor(6, 2)).toBe(6)
})
