import { existsSync, globSync, mkdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Engine } from '@reynard/engine'
import { createEmbeddedEngine, threadsFor } from '@reynard/engine/embedded'
import { describeMachine } from '../scripts/setup.ts'
import { startChild } from './stream/child.ts'
import { median, printTable, type Row } from './table.ts'

/**
 * `npm run bench:embedded [-- FILE.gguf]`: tokens per second of the embedded engine against node-llama-cpp driven bare, with the same
 * model, threads and window, for one user and for four. Takes the first GGUF of the models folder where no file is named.
 */
const named = process.argv[2]
const modelsDir = process.env.REYNARD_MODELS_DIR ?? join(import.meta.dirname, '..', 'data', 'models')
mkdirSync(modelsDir, { recursive: true })
const modelPath = named ?? globSync(join(modelsDir, '*.gguf'))[0]
if (!modelPath || !existsSync(modelPath)) {
  console.error(`No GGUF in ${modelsDir}. Run npm start once, or name a file: npm run bench:embedded -- FILE.gguf`)
  process.exit(1)
}
const threads = threadsFor('auto')
const window = 2048
const maxTokens = 160
const questions = [
  'Tell me a story about a fox.',
  'Explain how rain is made.',
  'Describe a winter morning.',
  'Write about a lighthouse.',
]
type Speed = { tokens: number; ms: number }
const tokensPerSecond = ({ tokens, ms }: Speed) => tokens / (ms / 1000)

async function ask(engine: Engine, prompts: string[]): Promise<Speed> {
  const startedAt = performance.now()
  const model = basename(modelPath ?? '').replace(/\.gguf$/, '')
  const counts = await Promise.all(
    prompts.map(async (content) => {
      const messages = [{ role: 'user' as const, content }]
      const request = {
        model,
        messages,
        maxTokens,
        contextTokens: window,
        temperature: 0.2,
        topP: 0.9,
        options: { seed: 7, repeat_penalty: 1 },
      }
      for await (const part of engine.chat(request, { signal: AbortSignal.timeout(600_000) })) {
        if (part.type === 'error') throw new Error(part.message)
        if (part.type === 'end') return part.usage.completionTokens ?? 0
      }
      throw new Error('The answer did not end.')
    }),
  )
  return { tokens: counts.reduce((sum, count) => sum + count, 0), ms: performance.now() - startedAt }
}

const engine = createEmbeddedEngine({ modelsDir: dirname(modelPath), maxSequences: 4, gpu: 'off' })
const bareFile = join(import.meta.dirname, 'embedded', 'bare.ts')
const bare = await startChild(bareFile, [modelPath, String(threads), '4', String(window)])
const runBare = (prompts: string[]) => bare.ask<Speed>({ type: 'run', prompts, maxTokens })

console.log(
  `${describeMachine()}, ${cpus().length} cores, ${threads} thread${threads > 1 ? 's' : ''}, ${basename(modelPath)}`,
)
await runBare(questions.slice(0, 1))
await ask(engine, questions.slice(0, 1))
const speeds = { bare1: [] as number[], ours1: [] as number[], bare4: [] as number[], ours4: [] as number[] }
// In turns, so that a slow minute of the machine meets both.
for (let round = 0; round < 3; round++) {
  speeds.bare1.push(tokensPerSecond(await runBare(questions.slice(0, 1))))
  speeds.ours1.push(tokensPerSecond(await ask(engine, questions.slice(0, 1))))
  speeds.bare4.push(tokensPerSecond(await runBare(questions)))
  speeds.ours4.push(tokensPerSecond(await ask(engine, questions)))
}
await engine.close()
await bare.stop()

const of = (values: number[], base: number[]) => median(values) / median(base)
const row = (what: string, measured: number, baseline: number, goal: number): Row => ({
  what,
  measured,
  baseline,
  goal,
  better: 'higher',
  unit: '',
  digits: 3,
})
printTable('bench:embedded', [
  {
    what: 'one user, tokens/s',
    measured: median(speeds.ours1),
    baseline: median(speeds.bare1),
    goal: 0,
    better: 'higher',
    unit: '',
    digits: 1,
  },
  row('one user, ours ÷ bare', of(speeds.ours1, speeds.bare1), 1, 0.95),
  {
    what: 'four users together, tokens/s',
    measured: median(speeds.ours4),
    baseline: median(speeds.bare4),
    goal: 0,
    better: 'higher',
    unit: '',
    digits: 1,
  },
  row('four users, ours ÷ bare', of(speeds.ours4, speeds.bare4), 1, 0.95),
  row("four users' total ÷ one user's", of(speeds.ours4, speeds.ours1), of(speeds.bare4, speeds.bare1), 0),
])
process.exit(0)
