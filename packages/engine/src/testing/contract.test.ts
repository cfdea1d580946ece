import { startFakeOllama } from '@reynard/fake-ollama'
import { createOllamaEngine } from '../ollama/create-ollama-engine.ts'
import { createOpenAiEngine } from '../openai/create-openai-engine.ts'
import { describeEngine } from './describe-engine.ts'
import { createScriptedEngine } from './scripted-engine.ts'

const prompts = { shortPrompt: '[[say:A short answer.]]', longPrompt: '[[tokens:20000]]' }

async function startFake() {
  const fake = await startFakeOllama({ models: ['llama3.2:1b'], tokensPerSecond: 500 })
  return { fake, ...prompts, model: 'llama3.2:1b', close: () => fake.close() }
}

describeEngine('ollama', async () => {
  const { fake, ...fixture } = await startFake()
  return { ...fixture, engine: createOllamaEngine({ baseUrl: fake.url }) }
})

describeEngine('openai', async () => {
  const { fake, ...fixture } = await startFake()
  return { ...fixture, engine: createOpenAiEngine({ baseUrl: `${fake.url}/v1` }) }
})

describeEngine('scripted', async () => ({
  ...prompts,
  model: 'scripted:1b',
  engine: createScriptedEngine({
    supports: ['embed'],
    script: ({ format }) => (format === undefined ? Array(50).fill(' word') : ['{"answer":"yes"}']),
  }),
}))
