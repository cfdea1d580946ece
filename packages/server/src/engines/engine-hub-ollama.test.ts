import { createOllamaEngine } from '@reynard/engine/ollama'
import { collectParts, createScriptedEngine } from '@reynard/engine/testing'
import { startFakeOllama } from '@reynard/fake-ollama'
import { afterEach, expect, it } from 'vitest'
import { readEnv } from '../env.ts'
import type { Clock } from '../runs/ports.ts'
import { openServerSettings } from '../settings/server-settings.ts'
import { createEngineHub, type EngineHub } from './engine-hub.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** The looks that are due run when the test says so; `longestMs` is how long a start may go unseen. */
function steppedClock(): Clock & { look(): void; longestMs(): number } {
  const waiting = new Map<() => void, number>()
  let longest = 0
  return {
    now: () => 0,
    after(delayMs, run) {
      waiting.set(run, delayMs)
      longest = Math.max(longest, delayMs)
      return () => waiting.delete(run)
    },
    look() {
      const due = [...waiting.keys()]
      waiting.clear()
      for (const run of due) run()
    },
    longestMs: () => longest,
  }
}

function settled(hub: EngineHub, active: string | null): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (hub.active() !== active) return
      stop()
      resolve()
    }
    const stop = hub.onChange(check)
    check()
  })
}

it('an Ollama that comes, has no model, gets one, and goes again is followed without a restart', async () => {
  const fake = await startFakeOllama({ models: [], tokensPerSecond: 50 })
  await fake.control.stop()
  const settings = await openServerSettings(readEnv({}), { list: async () => [], put: async () => {} })
  const clock = steppedClock()
  const hub = createEngineHub({
    settings,
    factories: {
      ollama: () => createOllamaEngine({ baseUrl: fake.url }),
      openai: () => createScriptedEngine({ kind: 'openai' }),
      embedded: () => createScriptedEngine({ kind: 'embedded', models: ['starter'] }),
    },
    embeddedSlots: () => 1,
    defaultSlots: null,
    underway: () => null,
    clock,
    logger: { warn() {}, error() {} },
  })
  closers.push(
    () => hub.close(),
    () => fake.close(),
  )
  const condition = () => hub.statuses().find((status) => status.kind === 'ollama')?.condition
  await hub.recheck()
  expect(hub.active()).toBe('embedded')
  expect(condition()).toBe('unreachable')

  await fake.control.start()
  await hub.recheck()
  expect(hub.active()).toBe('embedded')
  expect(condition()).toBe('no-model')

  fake.control.addModel('llama3.2:1b')
  clock.look()
  await settled(hub, 'ollama')
  expect(clock.longestMs()).toBeLessThan(10_000)

  // A chat keeps the engine that it began on, and ends with a word for what happened to it.
  const selection = await hub.select({ model: null, strict: false })
  if (selection.state !== 'ready') throw new Error(`no engine: ${selection.state}`)
  const messages = [{ role: 'user' as const, content: '[[tokens:5000]]' }]
  const chat = collectParts(
    selection.target.engine.chat({ model: selection.target.model, messages }, { signal: AbortSignal.timeout(20_000) }),
  )
  await fake.control.request('/api/chat')
  await fake.control.stop()
  clock.look()
  await settled(hub, 'embedded')
  expect((await chat).at(-1)).toMatchObject({ type: 'error', code: 'engine-unreachable' })
})
