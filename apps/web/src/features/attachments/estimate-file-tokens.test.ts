import type { Upload } from '@reynard/protocol'
import { expect, test } from 'vitest'
import { estimateFileTokens } from './estimate-file-tokens.ts'

const upload = (kind: Upload['kind'], bytes: number): Upload => ({
  id: crypto.randomUUID(),
  name: 'a',
  bytes,
  mediaType: 'application/octet-stream',
  kind,
})
const blind = { windowTokens: 8_000, hasTools: false, vision: false }

test('counts a text by its bytes, up to the share of the window that files get', () => {
  expect(estimateFileTokens([upload('text', 4_000)], blind)).toBe(1_030)
  expect(estimateFileTokens([upload('data', 400_000)], blind)).toBe(2_670)
  expect(estimateFileTokens([upload('text', 400_000)], { ...blind, hasTools: true })).toBe(2_030)
})

test('counts pictures where the model sees them, documents where no tool reads them, of archives the line', () => {
  expect(estimateFileTokens([upload('image', 9_000)], blind)).toBe(30)
  expect(estimateFileTokens([upload('image', 9_000)], { ...blind, vision: true })).toBe(830)
  expect(estimateFileTokens([upload('document', 40_000)], blind)).toBe(1_030)
  expect(estimateFileTokens([upload('document', 40_000), upload('archive', 9)], { ...blind, hasTools: true })).toBe(60)
})
