import { expect, it, vi } from 'vitest'
import { readEnv } from '../env.ts'
import { openServerSettings } from './server-settings.ts'

function memoryRows(initial: Record<string, string> = {}) {
  const rows = new Map(Object.entries(initial))
  return {
    list: async () => [...rows].map(([key, value]) => ({ key, value })),
    put: async (key: string, value: string) => void rows.set(key, value),
  }
}

it('lets the environment speak where nothing is saved', async () => {
  const settings = await openServerSettings(readEnv({ OLLAMA_TEMPERATURE: '0.3' }), memoryRows())
  expect(settings.read()).toEqual({
    systemPrompt: null,
    temperature: 0.3,
    maxTokens: null,
    titles: true,
    contextAwareness: true,
  })
  expect(settings.view().inherited).toMatchObject({ temperature: 0.3, maxTokens: 2048, engine: 'auto' })
  expect(settings.view().fromEnvironment).toEqual(['temperature'])
})

it('changes what is given, unsets by null, and keeps it over a restart', async () => {
  const rows = memoryRows()
  const env = readEnv({ OLLAMA_TEMPERATURE: '1' })
  const settings = await openServerSettings(env, rows)
  const heard = vi.fn()
  settings.onChange(heard)
  await settings.update({ maxTokens: 500, titles: false })
  await settings.update({ titles: null })
  expect(heard).toHaveBeenCalledTimes(2)
  const again = await openServerSettings(env, rows)
  expect(again.read()).toMatchObject({ maxTokens: 500, titles: true, contextAwareness: true })
})

it('switches assistants and tools and bounds an answer at run time, but for what the environment says', async () => {
  const rows = memoryRows()
  const env = readEnv({ OLLAMA_TOOLS_ENABLED: 'false', REYNARD_TURN_STEPS: '3', REYNARD_TURN_MINUTES: '2' })
  const settings = await openServerSettings(env, rows)
  expect(settings.switches()).toEqual({ assistants: true, tools: false })
  expect(settings.turnLimits()).toEqual({ steps: 3, calls: 64, wallMs: 120_000, generatedTokens: 32_768 })
  expect(settings.view().fromEnvironment).toEqual(['tools', 'turnSteps', 'turnMinutes'])
  await settings.update({ assistants: false, turnCalls: 5, turnTokens: 1000 })
  const again = await openServerSettings(env, rows)
  expect(again.switches()).toEqual({ assistants: false, tools: false })
  expect(again.turnLimits()).toMatchObject({ steps: 3, calls: 5, generatedTokens: 1000 })
})

it('bounds single calls and workspaces, and lets calls by the API act, but for what the environment says', async () => {
  const rows = memoryRows()
  const env = readEnv({
    REYNARD_TOOL_SECONDS: 'run_tests=300, run_python = 60',
    REYNARD_WORKSPACE_MB: '10',
    REYNARD_API_TOOLS: 'true',
  })
  const settings = await openServerSettings(env, rows)
  const own = { name: 'outline', timeoutMs: 30_000 }
  const python = { name: 'run_python', timeoutMs: 30_000 }
  expect([own, python].map(settings.toolTimeoutMs)).toEqual([30_000, 60_000])
  expect(settings.workspaceLimits()).toEqual({ bytes: 10 * 1024 ** 2, entries: 100_000 })
  expect(settings.apiMayAct()).toBe(true)
  expect(settings.view().fromEnvironment).toEqual(['toolSeconds', 'workspaceMegabytes', 'apiTools'])
  await settings.update({ workspaceFiles: 200 })
  const again = await openServerSettings(env, rows)
  expect([own, python].map(again.toolTimeoutMs)).toEqual([30_000, 60_000])
  expect(again.workspaceLimits()).toEqual({ bytes: 10 * 1024 ** 2, entries: 200 })
  const free = await openServerSettings(readEnv({}), rows)
  await free.update({ toolSeconds: { run_python: 5 }, apiTools: true })
  expect([own, python].map(free.toolTimeoutMs)).toEqual([30_000, 5_000])
  expect(free.apiMayAct()).toBe(true)
})

it.each(['run_tests', 'run_tests=', 'run_tests=0', 'run_tests=4000', 'run tests=3', 'a=1=2'])(
  'refuses deadlines that say %s, and names the variable',
  (text) => {
    expect(() => readEnv({ REYNARD_TOOL_SECONDS: text })).toThrow(/^REYNARD_TOOL_SECONDS is .* from 1 to 3600/)
  },
)

it('keeps what was set for each model', async () => {
  const rows = memoryRows()
  const settings = await openServerSettings(readEnv({}), rows)
  await settings.updateModel({ model: 'llama3:8b', contextTokens: 4096, slots: null, keepAlive: '-1' })
  const again = await openServerSettings(readEnv({}), rows)
  expect(again.model('llama3:8b')).toEqual({ model: 'llama3:8b', contextTokens: 4096, slots: null, keepAlive: '-1' })
  expect(again.model('other')).toMatchObject({ contextTokens: null })
})

it('lets nobody change what the environment says, and then changes nothing at all', async () => {
  const rows = memoryRows({ operator: '{"timeoutSeconds":20,"titles":false}' })
  const settings = await openServerSettings(readEnv({ OLLAMA_TIMEOUT_SECONDS: '30' }), rows)
  // What was saved before the variable was set waits until that is taken away.
  expect(settings.values().timeoutSeconds).toBe(30)
  expect(settings.view().saved).toMatchObject({ timeoutSeconds: null, titles: false })
  const heard = vi.fn()
  settings.onChange(heard)
  await expect(settings.update({ maxTokens: 50, timeoutSeconds: 40 })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('OLLAMA_TIMEOUT_SECONDS'),
  })
  expect(heard).not.toHaveBeenCalled()
  expect(settings.values().maxTokens).toBe(2048)
  await settings.update({ maxTokens: 50, timeoutSeconds: 30 })
  expect(settings.values()).toMatchObject({ maxTokens: 50, timeoutSeconds: 30 })
})

it('describes every setting: its variable, where its value comes from, and from when on a change counts', async () => {
  const settings = await openServerSettings(readEnv({ OLLAMA_TIMEOUT_SECONDS: '30' }), memoryRows())
  await settings.update({ maxConcurrentRequests: 2 })
  const { settings: described, inherited } = settings.view()
  expect(described.map(({ name }) => name).toSorted()).toEqual(Object.keys(inherited).toSorted())
  const one = (name: string) => described.find((setting) => setting.name === name)
  expect(one('timeoutSeconds')).toMatchObject({ variable: 'OLLAMA_TIMEOUT_SECONDS', source: 'environment' })
  expect(one('maxConcurrentRequests')).toMatchObject({ source: 'database', effect: 'at once' })
  expect(one('titles')).toMatchObject({ variable: null, source: 'default' })
  for (const { about } of described) expect(about).toMatch(/\.$/)
})

it('takes changes that come at once one after the other', async () => {
  const rows = memoryRows()
  const settings = await openServerSettings(readEnv({}), rows)
  await Promise.all([settings.update({ maxTokens: 50 }), settings.update({ titles: false })])
  const again = await openServerSettings(readEnv({}), rows)
  expect(again.values()).toMatchObject({ maxTokens: 50, titles: false })
})

it('starts on rows that it cannot read', async () => {
  const settings = await openServerSettings(readEnv({}), memoryRows({ operator: '{"maxTokens":-4}', 'model:x': '{' }))
  expect(settings.view().saved.maxTokens).toBeNull()
})
