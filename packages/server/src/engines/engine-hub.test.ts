import { createScriptedEngine, type ScriptedEngine } from '@reynard/engine/testing'
import { describe, expect, it, vi } from 'vitest'
import { readEnv } from '../env.ts'
import { openServerSettings } from '../settings/server-settings.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { createEngineHub } from './engine-hub.ts'

const quiet = { warn() {}, error() {} }

async function setUp(
  options: {
    env?: Record<string, string>
    ollama?: ScriptedEngine
    embedded?: ScriptedEngine
    underway?: string | null
  } = {},
) {
  const rows = new Map<string, string>()
  const settings = await openServerSettings(readEnv(options.env ?? {}), {
    list: async () => [...rows].map(([key, value]) => ({ key, value })),
    put: async (key, value) => void rows.set(key, value),
  })
  const ollama = options.ollama ?? createScriptedEngine({ kind: 'ollama', models: ['llama3:latest'] })
  const embedded = options.embedded ?? createScriptedEngine({ kind: 'embedded', models: ['starter'] })
  const addresses: string[] = []
  const clock = createManualClock()
  const hub = createEngineHub({
    settings,
    factories: {
      ollama(baseUrl) {
        addresses.push(baseUrl)
        return ollama
      },
      openai: () => createScriptedEngine({ kind: 'openai', models: ['gpt-local'] }),
      embedded: () => embedded,
    },
    embeddedSlots: () => 4,
    defaultSlots: null,
    underway: () => options.underway ?? null,
    clock,
    logger: quiet,
  })
  return { hub, settings, ollama, embedded, addresses, clock }
}

const gone = { ok: false, code: 'engine-unreachable', message: 'Ollama does not answer at localhost:11434.' } as const

describe('which engine answers', () => {
  it('is Ollama where it answers', async () => {
    const { hub } = await setUp()
    await hub.recheck()
    expect(await hub.select({ model: null, strict: false })).toMatchObject({
      state: 'ready',
      target: { model: 'llama3:latest', requestedModel: null, host: 'http://localhost:11434', slots: null },
    })
    expect(hub.active()).toBe('ollama')
  })

  it('is asked for once more before a question is refused', async () => {
    const { hub, ollama } = await setUp({ env: { REYNARD_ENGINE: 'ollama' } })
    ollama.setHealth(gone)
    await hub.recheck()
    expect(hub.active()).toBeNull()
    ollama.setHealth({ ok: true, version: '0.9.0' })
    expect(await hub.select({ model: null, strict: false })).toMatchObject({ state: 'ready' })
  })

  it('is the embedded one where no Ollama answers, and Ollama again once it is there', async () => {
    const { hub, ollama, clock } = await setUp()
    ollama.setHealth(gone)
    await hub.recheck()
    expect(await hub.select({ model: null, strict: false })).toMatchObject({ target: { model: 'starter', slots: 4 } })

    ollama.setHealth({ ok: true, version: '0.9.0' })
    const heard = vi.fn()
    hub.onChange(heard)
    clock.advance(10_000)
    await vi.waitFor(() => expect(hub.active()).toBe('ollama'))
    expect(heard).toHaveBeenCalled()
  })

  it('is looked for anew when a run found its engine gone, before anybody is told to ask it again', async () => {
    const { hub, ollama } = await setUp()
    await hub.recheck()
    ollama.setHealth(gone)
    expect(await hub.select({ model: null, strict: false })).toMatchObject({ target: { engine: ollama } })
    hub.suspect(ollama)
    expect(await hub.select({ model: null, strict: false })).toMatchObject({ target: { model: 'starter' } })
  })

  it('is the embedded one where Ollama has no model at all', async () => {
    const { hub } = await setUp({ ollama: createScriptedEngine({ kind: 'ollama', models: [] }) })
    await hub.recheck()
    expect(hub.active()).toBe('embedded')
    expect(hub.statuses().find(({ kind }) => kind === 'ollama')).toMatchObject({ condition: 'no-model' })
  })

  it('never asks Ollama where it is switched off', async () => {
    const { hub, addresses } = await setUp({ env: { OLLAMA_ENABLED: 'false', REYNARD_ENGINE: 'ollama' } })
    await hub.recheck()
    expect(addresses).toEqual([])
    expect(hub.active()).toBe('embedded')
    expect(hub.statuses()).toContainEqual(expect.objectContaining({ kind: 'ollama', condition: 'off' }))
  })

  it('follows the settings without a restart', async () => {
    const { hub, settings, addresses } = await setUp()
    await hub.recheck()
    await settings.update({ ollamaBaseUrl: 'http://other:11434' })
    expect(addresses).toEqual(['http://localhost:11434', 'http://other:11434'])
    await settings.update({ engine: 'embedded' })
    await hub.recheck()
    expect(hub.active()).toBe('embedded')
  })
})

describe('which model answers', () => {
  it('takes a name with and without :latest', async () => {
    const { hub } = await setUp()
    await hub.recheck()
    for (const model of ['llama3', 'llama3:latest']) {
      expect(await hub.select({ model, strict: true })).toMatchObject({
        target: { model: 'llama3:latest', requestedModel: null },
      })
    }
  })

  it('finds a model on the engine that is not the preferred one', async () => {
    const { hub, embedded } = await setUp()
    await hub.recheck()
    const chosen = await hub.select({ model: 'starter', strict: false })
    expect(chosen).toMatchObject({ target: { engine: embedded, model: 'starter' } })
  })

  it('falls back to the default and says so, or refuses where it must be strict', async () => {
    const { hub } = await setUp()
    await hub.recheck()
    expect(await hub.select({ model: 'gone', strict: false })).toMatchObject({
      target: { model: 'llama3:latest', requestedModel: 'gone' },
    })
    expect(await hub.select({ model: 'gone', strict: true })).toMatchObject({
      state: 'none',
      error: { code: 'model-missing', message: 'The model "gone" is not here.' },
    })
  })

  it('falls back from a default model that is not there', async () => {
    const { hub } = await setUp({ env: { OLLAMA_DEFAULT_MODEL: 'big:70b' } })
    await hub.recheck()
    expect(hub.defaultModel()).toEqual({
      name: 'llama3:latest',
      label: 'llama3:latest',
      note: 'The default model "big:70b" is not here, so llama3:latest answers.',
    })
    expect(await hub.select({ model: null, strict: true })).toMatchObject({ target: { requestedModel: 'big:70b' } })
  })

  it('takes the newest, and the starter only where nothing else is', async () => {
    const models = [
      { name: 'starter', note: 'tiny, for trying out', modifiedAt: 3 },
      { name: 'old', modifiedAt: 1 },
      { name: 'new', modifiedAt: 2 },
      { name: 'vectors', modifiedAt: 9, capabilities: ['embedding' as const] },
    ]
    const { hub } = await setUp({ ollama: createScriptedEngine({ kind: 'ollama', models }) })
    await hub.recheck()
    expect(hub.defaultModel()?.name).toBe('new')
  })

  it('has titles made by models that are large enough for it, as far as their size is known', async () => {
    const sizes = { small: '135M', half: '494.03M', one: '1.2B', mixed: '8x7B' }
    const models = Object.entries(sizes).map(([name, parameterSize]) => ({ name, parameterSize }))
    const { hub } = await setUp({ ollama: createScriptedEngine({ kind: 'ollama', models }) })
    await hub.recheck()
    const writes = await Promise.all(
      Object.keys(sizes).map(async (model) => {
        const selection = await hub.select({ model, strict: true })
        return selection.state === 'ready' && selection.target.writesTitles
      }),
    )
    expect(writes).toEqual([false, false, true, true])
  })

  it('pins the window per model, never above what it was trained for', async () => {
    const models = [{ name: 'small', contextTokensMax: 4_096 }]
    const { hub, settings } = await setUp({ ollama: createScriptedEngine({ kind: 'ollama', models }) })
    await hub.recheck()
    expect(await hub.select({ model: null, strict: false })).toMatchObject({ target: { contextTokens: 4_096 } })
    await settings.updateModel({ model: 'small', contextTokens: 2_048, slots: 2, keepAlive: '1h' })
    expect(await hub.select({ model: null, strict: false })).toMatchObject({
      target: { contextTokens: 2_048, slots: 2, keepAlive: '1h' },
    })
  })
})

describe('where nothing answers', () => {
  const empty = () => createScriptedEngine({ kind: 'embedded', models: [] })

  it('waits until the engines were asked', async () => {
    const { hub } = await setUp()
    expect(await hub.select({ model: null, strict: false })).toMatchObject({ state: 'waiting' })
  })

  it('waits while a model is on its way', async () => {
    const { hub, ollama } = await setUp({ embedded: empty(), underway: 'Downloading the starter.' })
    ollama.setHealth(gone)
    await hub.recheck()
    expect(await hub.select({ model: null, strict: false })).toEqual({
      state: 'waiting',
      sentence: 'Downloading the starter.',
    })
  })

  it('says what is missing, and that a first model is awaited until one has answered', async () => {
    const ollama = createScriptedEngine({ kind: 'ollama', models: ['llama3.2'] })
    ollama.setHealth(gone)
    const { hub } = await setUp({ ollama, embedded: empty() })
    await hub.recheck()
    expect(hub.keepsQuestions()).toBe(true)
    expect(await hub.select({ model: null, strict: false })).toMatchObject({ state: 'none', awaitsFirst: true })
    ollama.setHealth({ ok: true, version: '0.9.0' })
    await hub.recheck()
    ollama.setHealth(gone)
    await hub.recheck()
    expect(hub.keepsQuestions()).toBe(false)
    expect(await hub.select({ model: null, strict: false })).toMatchObject({
      state: 'none',
      awaitsFirst: false,
      error: { code: 'no-engine', message: expect.stringContaining('models folder') },
    })
  })
})
