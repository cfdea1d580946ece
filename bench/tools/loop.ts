import { createTokenEstimator, defaultTurnLimits, defineTool, runTurn } from '@reynard/agent'
import { createScriptedEngine } from '@reynard/engine/testing'
import { z } from 'zod'
import { median, type Row } from '../table.ts'
import type { BenchPlace } from './place.ts'

const steps = 12

const nothing = defineTool({
  name: 'nothing',
  group: 'search',
  effect: 'read',
  level: 'none',
  description: 'Does nothing.',
  input: z.object({ number: z.number() }),
  timeoutMs: 1_000,
  title: () => ({ running: 'Doing nothing', done: 'Did nothing' }),
  execute: async ({ number }) => ({ content: String(number), display: { kind: 'text', text: String(number) } }),
})

/** What a step of the loop costs beside model and tool: both take no time here. */
export async function measureLoop({ session }: BenchPlace, times: number): Promise<Row> {
  const found: number[] = []
  for (let time = 0; time < times; time++) {
    let step = 0
    const engine = createScriptedEngine({
      script: () =>
        step++ < steps
          ? [{ type: 'tool-call', call: { callId: `call-${step}`, name: 'nothing', arguments: { number: step } } }]
          : ['Done.'],
    })
    const turn = runTurn({
      request: {
        model: 'scripted:1b',
        system: 'Be kind.',
        messages: [{ id: 'q', role: 'user', text: 'Do nothing, often.' }],
        mode: 'answer',
        parameters: {},
        windowTokens: 32_768,
        budgetTokens: null,
        assistantTools: [nothing],
      },
      engine,
      estimator: createTokenEstimator(),
      signal: new AbortController().signal,
      host: {
        session,
        limits: { ...defaultTurnLimits, steps: steps + 4 },
        beforeStep: async () => {},
        decide: async () => ({ allowed: true }),
        ledger: { begin: async () => {}, complete: async () => {} },
      },
    })
    const started = performance.now()
    for await (const part of turn) if (part.type === 'error') throw new Error(`The loop failed: ${part.message}`)
    found.push((performance.now() - started) / (steps + 1))
  }
  return { what: 'Loop, per step', measured: median(found), goal: 2, better: 'lower', unit: 'ms' }
}
