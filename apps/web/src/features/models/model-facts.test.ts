import type { Download, ModelInfo } from '@reynard/protocol'
import { expect, test } from 'vitest'
import { downloadState, groupModels, modelExpectation, modelFacts } from './model-facts.ts'

const model: ModelInfo = {
  name: 'qwen3:8b',
  engine: 'ollama',
  label: 'qwen3:8b',
  sizeBytes: 5_200_000_000,
  digest: null,
  modifiedAt: null,
  family: 'qwen3',
  parameterSize: '8B',
  quantization: 'Q4_K_M',
  contextTokensMax: 40_960,
  contextTokens: 40_960,
  capabilities: ['completion', 'tools', 'thinking'],
  loaded: true,
  tokensPerSecond: 38.04,
  loadMs: 9000,
  note: null,
}
const download: Download = {
  id: 'd',
  kind: 'ollama',
  name: 'gpt-oss:20b',
  label: 'gpt-oss 20B',
  state: 'running',
  receivedBytes: 610,
  totalBytes: 1000,
  bytesPerSecond: 10,
  etaMs: 39_000,
  detail: null,
  error: null,
}

test('says size, window and abilities in words', () => {
  expect(modelFacts(model)).toBe('8B, 40k context, tools, thinking')
})

test('says how it calls tools before it is chosen, and what the starter is', () => {
  const starter: ModelInfo = {
    ...model,
    parameterSize: '135M',
    contextTokens: 2048,
    contextTokensMax: 8192,
    capabilities: ['completion'],
    note: 'Tiny, for trying out.',
  }
  expect(modelFacts(starter)).toBe('135M, 2k of 8k context. Tools chosen from a list, one a step. Tiny, for trying out')
})

test('promises speed for a loaded model and loading time for another, and nothing it has not measured', () => {
  expect(modelExpectation(model)).toBe('38 tokens/s')
  expect(modelExpectation({ ...model, loaded: false })).toBe('about 9 s')
  expect(modelExpectation({ ...model, tokensPerSecond: null })).toBeNull()
})

test('groups by what happens when it is chosen, without models that cannot chat', () => {
  const cold = { ...model, name: 'gemma3:12b', loaded: false }
  const embedding: ModelInfo = { ...model, name: 'nomic', capabilities: ['embedding'] }
  const groups = groupModels([model, cold, embedding], undefined)
  expect(groups.ready.map((entry) => entry.name)).toEqual(['qwen3:8b'])
  expect(groups.loadsFirst.map((entry) => entry.name)).toEqual(['gemma3:12b'])
  expect(groups.coming).toEqual([])
})

test('a download says its state, and its share once the whole is known', () => {
  expect(downloadState(download)).toBe('Downloading, 61%')
  expect(downloadState({ ...download, state: 'paused' })).toBe('Paused, 61%')
  expect(downloadState({ ...download, totalBytes: null })).toBe('Downloading')
})
