import { expect, it } from 'vitest'
import { ENV_DEFAULTS } from './env.ts'
import { describeUnknownSettings } from './unknown-settings.ts'

const describeThem = (file: string[], environment: string[] = []) =>
  describeUnknownSettings({ file, environment }, Object.keys(ENV_DEFAULTS))

it('says nothing of settings, nor of what is none of ours', () => {
  const others = ['PATH', 'NODE_ENV', 'OPENAI_ORG_ID', 'REYNARD_TEST_BROWSER', 'OLLAMA_HOST', 'OLLAMA_NUM_PARALLEL']
  expect(describeThem(Object.keys(ENV_DEFAULTS), [...Object.keys(ENV_DEFAULTS), ...others])).toEqual([])
})

it.each([
  ['REYNARD_DATADIR', 'REYNARD_DATA_DIR'],
  ['REYNARD_MODEL_DIR', 'REYNARD_MODELS_DIR'],
  ['OLLAMA_BASEURL', 'OLLAMA_BASE_URL'],
  ['OLLAMA_MAX_TOKEN', 'OLLAMA_MAX_TOKENS'],
  ['OLLAMA_TIMEOUT', 'OLLAMA_TIMEOUT_SECONDS'],
  ['reynard_engine', 'REYNARD_ENGINE'],
  ['REYNARD_PORT', 'PORT'],
])('names for %s the nearest, %s', (wrong, right) => {
  expect(describeThem([wrong])).toEqual([`${wrong} in .env is no setting and is ignored. Did you mean ${right}?`])
  expect(describeThem([], [wrong])).toEqual([
    `${wrong} in the environment is no setting and is ignored. Did you mean ${right}?`,
  ])
})

it('says once of a name that stands in both, and of Ollama’s own only where nobody reads it', () => {
  expect(describeThem(['OLLAMA_HOST', 'REYNARD_X'], ['OLLAMA_HOST', 'REYNARD_X'])).toHaveLength(2)
})
