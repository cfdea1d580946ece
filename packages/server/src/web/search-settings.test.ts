import { expect, it } from 'vitest'
import { readEnv } from '../env.ts'
import { openSearchSettings } from './search-settings.ts'

function memoryRows(initial: Record<string, string> = {}) {
  const rows = new Map(Object.entries(initial))
  return {
    list: async () => [...rows].map(([key, value]) => ({ key, value })),
    put: async (key: string, value: string) => void rows.set(key, value),
  }
}
const open = (env: Record<string, string>, rows = memoryRows()) => openSearchSettings(readEnv(env), rows)

it('asks Wikipedia where nothing is set up, and the first that is where something is', async () => {
  const active = async (env: Record<string, string>) => (await open(env)).view().active
  expect(await active({})).toEqual({ name: 'Wikipedia', host: 'en.wikipedia.org' })
  expect(await active({ TAVILY_API_KEY: 'k' })).toMatchObject({ name: 'Tavily' })
  expect(await active({ TAVILY_API_KEY: 'k', BRAVE_API_KEY: 'k' })).toMatchObject({ name: 'Brave' })
  const all = { TAVILY_API_KEY: 'k', BRAVE_API_KEY: 'k', SEARXNG_BASE_URL: 'http://localhost:8888' }
  expect(await active(all)).toEqual({ name: 'SearXNG', host: 'localhost:8888' })
  expect(await active({ ...all, REYNARD_SEARCH: 'wikipedia' })).toMatchObject({ name: 'Wikipedia' })
  expect(await active({ ...all, REYNARD_SEARCH: 'off' })).toBeNull()
})

it('says why nobody is asked', async () => {
  expect((await open({ REYNARD_SEARCH: 'off' })).chosen()).toEqual({ problem: 'Web search is off on this server.' })
  expect((await open({ REYNARD_SEARCH: 'brave' })).view().problem).toMatch(/a key for Brave is missing in Settings/)
})

it('keeps what is set in the app over a restart, and gives no key back', async () => {
  const rows = memoryRows()
  await (await open({}, rows)).update({
    choice: 'brave',
    braveApiKey: 'SECRET-1',
    searxngBaseUrl: 'http://me:SECRET-2@s.lan',
  })
  const again = await open({}, rows)
  expect(again.view()).toMatchObject({
    choice: 'brave',
    braveApiKey: true,
    tavilyApiKey: false,
    active: { name: 'Brave' },
  })
  expect(JSON.stringify(again.view())).not.toContain('SECRET')
  await again.update({ braveApiKey: null })
  expect(again.view()).toMatchObject({ braveApiKey: false, active: null })
})

it('keeps the password of an address that comes back as it was shown, and gives it to no other server', async () => {
  const rows = memoryRows()
  const settings = await open({}, rows)
  await settings.update({ searxngBaseUrl: 'http://me:SECRET@s.lan' })
  const shown = settings.view().searxngBaseUrl ?? ''
  await settings.update({ searxngBaseUrl: shown })
  await settings.update({ searxngBaseUrl: `${shown}/search` })
  expect((await rows.list())[0]?.value).toContain('"http://me:SECRET@s.lan/search"')
  for (const other of ['http://me:***@evil.lan', 'http://you:***@s.lan', 'https://me:***@s.lan']) {
    await expect(settings.update({ searxngBaseUrl: other })).rejects.toMatchObject({ code: 'bad-request' })
  }
})

it('takes an address whose password has a percent sign as it was typed', async () => {
  const settings = await open({})
  await settings.update({ searxngBaseUrl: 'http://me:100%SECRET@s.lan' })
  expect(settings.view()).toMatchObject({ active: { name: 'SearXNG', host: 's.lan' }, problem: null })
})

it('holds to what the environment says, whatever is saved', async () => {
  const rows = memoryRows({ 'web-search': '{"choice":"off","searxngBaseUrl":"http://other"}' })
  const settings = await open({ REYNARD_SEARCH: 'searxng', SEARXNG_BASE_URL: 'http://mine' }, rows)
  expect(settings.view()).toMatchObject({ environment: ['choice', 'searxngBaseUrl'], active: { host: 'mine' } })
  await settings.update({ choice: 'wikipedia' })
  expect(settings.view().active).toEqual({ name: 'SearXNG', host: 'mine' })
  expect((await open({}, memoryRows({ 'web-search': '{' }))).view().active).toMatchObject({ name: 'Wikipedia' })
})
