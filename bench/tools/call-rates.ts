import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { createReynardClient } from '@reynard/client'
import { type FakeAnswer, type FakeChatRequest, startFakeOllama } from '@reynard/fake-ollama'
import { createUnperformedKit, openTestServer } from '@reynard/server/testing'
import { makeTempFolder } from '../temp-folder.ts'
import { createProgress } from '../torture/progress.ts'
import { type FirstStep, firstStep, isRight } from './first-call.ts'
import { callTasks } from './tasks.ts'
import { copyWithoutTools } from './without-tools.ts'

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

/** A model that has had this long for one way is asked no further; what it was asked until then counts. */
const longestMs = 45 * 60_000

/** Three ways of an engine that knows what is right, then the model of the file, if there is one: natively where its template has tools, and by choices. */
export async function measureCallRates(modelFile: string | null): Promise<CallRates[]> {
  const rates = await scriptedRates()
  if (modelFile === null) return rates
  const folder = makeTempFolder('reynard-bench-models-')
  const name = basename(modelFile)
  try {
    mkdirSync(join(folder, 'own'))
    symlinkSync(resolve(modelFile), join(folder, 'own', name))
    rates.push(await modelRates(join(folder, 'own'), name))
    if (rates.at(-1)?.way !== 'native') return rates
    mkdirSync(join(folder, 'plain'))
    await copyWithoutTools(modelFile, join(folder, 'plain', name))
    return [...rates, await modelRates(join(folder, 'plain'), name)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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

async function modelRates(modelsDir: string, name: string): Promise<CallRates> {
  const env = { REYNARD_ENGINE: 'embedded', REYNARD_MODELS_DIR: modelsDir, REYNARD_GPU: 'off' }
  const server = await openTestServer({ env, kit: createUnperformedKit() })
  try {
    const steps = await ask(server.url, null, name)
    return ratesOf(name, steps.find(({ way }) => way !== null)?.way ?? 'none', steps)
  } finally {
    await server.close()
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
    const end = performance.now() + longestMs
    // One after the other: so a tiny model reads what all questions share once.
    for (const task of callTasks) {
      const step = await firstStep(client, task, model)
      steps.push(step)
      if (process.argv.includes('--each'))
        console.log(`\n  ${isRight(task, step) ? 'right' : 'wrong'}: ${task.question}`, step)
      progress(steps.length)
      if (performance.now() > end) break
    }
    return steps
  } finally {
    await client.close()
  }
}

function ratesOf(who: string, way: string, steps: readonly FirstStep[]): CallRates {
  const made = steps.flatMap(({ call }) => call ?? [])
  const right = steps.filter((step, index) => isRight(callTasks[index]!, step))
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
