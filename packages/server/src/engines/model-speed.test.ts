import type { ModelInfo } from '@reynard/protocol'
import { expect, it } from 'vitest'
import { createModelSpeeds } from './model-speed.ts'

const model: ModelInfo = {
  name: 'llama3',
  engine: 'ollama',
  label: 'llama3',
  sizeBytes: null,
  digest: null,
  modifiedAt: null,
  family: null,
  parameterSize: null,
  quantization: null,
  contextTokensMax: null,
  contextTokens: null,
  capabilities: ['completion'],
  loaded: false,
  tokensPerSecond: null,
  loadMs: null,
  note: null,
}
const finished = (completionTokens: number, completionMs: number, loadMs = 0) => ({
  engine: 'ollama' as const,
  model: 'llama3',
  usage: { completionTokens, completionMs, loadMs },
})

it('learns from finished answers, the newest weighing more than chance', () => {
  const speeds = createModelSpeeds()
  speeds.learn(finished(100, 2_000, 3_000))
  expect(speeds.apply(model)).toMatchObject({ tokensPerSecond: 50, loadMs: 3_000 })
  speeds.learn(finished(100, 10_000, 5))
  expect(speeds.apply(model)).toMatchObject({ tokensPerSecond: 38, loadMs: 3_000 })
})

it('learns nothing from an answer of a few words', () => {
  const speeds = createModelSpeeds()
  speeds.learn(finished(3, 1))
  expect(speeds.apply(model)).toMatchObject({ tokensPerSecond: null, loadMs: null })
})

it('keeps engines apart', () => {
  const speeds = createModelSpeeds()
  speeds.learn(finished(100, 2_000))
  expect(speeds.apply({ ...model, engine: 'embedded' }).tokensPerSecond).toBeNull()
})
