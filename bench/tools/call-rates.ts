import { globSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createReynardClient } from '@reynard/client'
import { type FakeAnswer, type FakeChatRequest, startFakeOllama } from '@reynard/fake-ollama'
import { createUnperformedKit, openTestServer } from '@reynard/server/testing'
import { makeTempFolder } from '../temp-folder.ts'
import { createProgress } from '../torture/progress.ts'
import { type FirstStep, firstStep, isRight } from './first-call.ts'
import { callTasks } from './tasks.ts'

/** Of the calls that were made, how many fit; of all questions, to how many the first step was right. Shares of 1. */
export type CallRates = {
  who: string
  way: string
  isScripted: boolean
  tasks: number
  calls: number
  valid: number
  right: number
}

/** Three ways of an engine that knows what is right, then the model of the file, if there is one. */
export async function measureCallRates(modelFile: string | null): Promise<CallRates[]> {
  const rates = await scriptedRates()
  return modelFile === null ? rates : [...rates, await modelRates(modelFile)]
}

/** A GGUF that is named on the command line, else one that tests have fetched, else one of the product. */
export function findModelFile(): string | null {
  const named = process.argv.find((argument) => argument.endsWith('.gguf'))
  if (named !== undefined) return named
  const tests = process.env.REYNARD_TEST_MODELS ?? join(tmpdir(), 'reynard-models')
  const own = process.env.REYNARD_MODELS_DIR ?? join(import.meta.dirname, '..', '..', 'data', 'models')
  return [tests, own].flatMap((folder) => globSync(join(folder, '*.gguf')))[0] ?? null
}

const scripted = { native: 'knows-calls:latest', written: 'writes-calls:latest', constrained: 'knows-none:latest' }

/** What the scripted engine says: the right call in the way of its model. What is not right then was lost by us. */
function rightAnswer({ prompt, model, format }: FakeChatRequest): FakeAnswer {
  const task = callTasks.find(({ question }) => prompt.startsWith(question))
  const call = task?.tool ? { name: task.tool, arguments: task.call } : null
  if (model === scripted.native) return call === null ? { text: 'In words.' } : { toolCalls: [call] }
  if (model === scripted.written) {
    return { text: call === null ? 'In words.' : `<tool_call>${JSON.stringify(call)}</tool_call>` }
  }
  if (format === undefined || format === null) return { text: 'In words.' }
  return { text: JSON.stringify(call ? { action: call.name, arguments: call.arguments } : { action: 'answer' }) }
}

async function scriptedRates(): Promise<CallRates[]> {
  const fake = await startFakeOllama({
    parallel: 8,
    answer: rightAnswer,
    models: Object.entries(scripted).map(([way, name]) => ({
      name,
      capabilities: way === 'constrained' ? ['completion'] : ['completion', 'tools'],
    })),
  })
  const server = await openTestServer({ fake, kit: createUnperformedKit() })
  try {
    const rates: CallRates[] = []
    for (const [way, model] of Object.entries(scripted)) {
      const steps = await ask(server.url, model, `scripted engine, ${way}`)
      rates.push({ ...ratesOf('scripted engine', way, steps), isScripted: true })
    }
    return rates
  } finally {
    await server.close()
    await fake.close()
  }
}

async function modelRates(file: string): Promise<CallRates> {
  const modelsDir = makeTempFolder('reynard-bench-models-')
  symlinkSync(file, join(modelsDir, basename(file)))
  const env = { REYNARD_ENGINE: 'embedded', REYNARD_MODELS_DIR: modelsDir, REYNARD_GPU: 'off' }
  const server = await openTestServer({ env, kit: createUnperformedKit() })
  try {
    const steps = await ask(server.url, null, basename(file))
    return ratesOf(basename(file), steps.find(({ way }) => way !== null)?.way ?? 'none', steps)
  } finally {
    await server.close()
    rmSync(modelsDir, { recursive: true, force: true })
  }
}

async function ask(url: string, model: string | null, what: string): Promise<FirstStep[]> {
  const client = createReynardClient({ baseUrl: url })
  const progress = createProgress(what, callTasks.length)
  try {
    await client.trpc.admin.updateSettings.mutate({ titles: false, temperature: 0 })
    const deadline = performance.now() + 60_000
    while ((await client.trpc.chat.status.query()).defaultModel === null) {
      if (performance.now() > deadline) throw new Error('No model came up within a minute.')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const steps: FirstStep[] = []
    // One after the other: so a tiny model reads what all questions share once.
    for (const task of callTasks) {
      steps.push(await firstStep(client, task, model))
      progress(steps.length)
    }
    return steps
  } finally {
    await client.close()
  }
}

function ratesOf(who: string, way: string, steps: readonly FirstStep[]): CallRates {
  const made = steps.flatMap(({ call }) => call ?? [])
  const right = callTasks.filter((task, index) => isRight(task, steps[index]!))
  return {
    who,
    way,
    isScripted: false,
    tasks: steps.length,
    calls: made.length,
    valid: made.length === 0 ? 0 : made.filter(({ valid }) => valid).length / made.length,
    right: right.length / steps.length,
  }
}
