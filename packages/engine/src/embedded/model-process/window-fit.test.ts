import { describe, expect, test } from 'vitest'
import { fitWindow } from './window-fit.ts'

const perToken = 1000
const wish = (budgetBytes: number, more: { wanted?: number; pinned?: boolean } = {}) =>
  fitWindow({
    wanted: 8192,
    sequences: 5,
    pinned: false,
    budgetBytes,
    stateBytes: async (contextTokens, sequences) => contextTokens * sequences * perToken,
    ...more,
  })

describe('what fits into memory', () => {
  test('is everything, where there is room', async () => {
    expect(await wish(1e9)).toEqual({ contextTokens: 8192, sequences: 5, note: null })
  })

  test('gives up parallel answers first, down to two', async () => {
    expect(await wish(8192 * perToken * 3)).toMatchObject({ contextTokens: 8192, sequences: 3 })
    expect(await wish(8192 * perToken * 2)).toMatchObject({ contextTokens: 8192, sequences: 2 })
  })

  test('then the window, and says so', async () => {
    expect(await wish(8192 * perToken)).toMatchObject({
      contextTokens: 4096,
      sequences: 2,
      note: 'Memory allows a window of 4096 tokens instead of 8192 and 2 answers at once instead of 5.',
    })
  })

  test('keeps a window that was chosen', async () => {
    expect(await wish(8192 * perToken, { pinned: true })).toMatchObject({ contextTokens: 8192, sequences: 1 })
  })

  test('is nothing where not even one small window fits', async () => {
    expect(await wish(1000)).toBeNull()
  })
})
