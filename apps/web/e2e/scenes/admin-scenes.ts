import { startFakeOllama } from '@reynard/fake-ollama'
import { removeData, startReynard } from '../start-reynard.ts'
import { type Asked, createAsker, defineStage } from './stage.ts'

const words = (count: number) => 'The planner reads the index from its end, and stops at the first row. '.repeat(count)
const asked = [
  ['Postgres index for recent events', 'qwen3:8b'],
  ['Summary of the tender, lot 2', 'qwen3:8b'],
  ['Why is the lockfile dirty', 'qwen3-coder:30b'],
  ['Letter to the landlord', 'gemma3:4b'],
  ['Release checklist 2.4', 'qwen3-coder:30b'],
  ['Translate the tender, lot 3', 'qwen3:8b'],
] as const

async function prepare() {
  const model = await startFakeOllama({
    models: [
      {
        name: 'qwen3:8b',
        family: 'qwen3',
        parameterSize: '8.2B',
        quantization: 'Q4_K_M',
        sizeBytes: 5_200_000_000,
        contextTokensMax: 40_960,
        capabilities: ['completion', 'tools', 'thinking'],
      },
      {
        name: 'qwen3-coder:30b',
        family: 'qwen3moe',
        parameterSize: '30.5B',
        quantization: 'Q4_K_M',
        sizeBytes: 18_600_000_000,
        contextTokensMax: 262_144,
      },
      {
        name: 'gemma3:4b',
        family: 'gemma3',
        parameterSize: '4.3B',
        quantization: 'Q4_K_M',
        sizeBytes: 3_300_000_000,
        capabilities: ['completion', 'vision'],
      },
      {
        name: 'llama3.2:3b',
        parameterSize: '3.2B',
        quantization: 'Q4_K_M',
        sizeBytes: 2_000_000_000,
        modifiedAt: '2026-10-01T10:00:00Z',
      },
      {
        name: 'nomic-embed-text',
        family: 'nomic-bert',
        parameterSize: '137M',
        quantization: 'F16',
        sizeBytes: 274_000_000,
        contextTokensMax: 8_192,
        capabilities: ['embedding'],
        modifiedAt: '2026-10-01T10:00:00Z',
      },
    ],
    parallel: 3,
    answer: ({ prompt }) => ({ text: words(prompt.includes('live') ? 200 : 8) }),
  })
  const empty = await startReynard({ OLLAMA_BASE_URL: model.url })
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url, REYNARD_MODEL_SLOTS: '2' })
  const asker = createAsker(reynard.url)
  await asker.client.trpc.admin.updateSettings.mutate({ titles: false })
  for (const [text, name] of asked) await asker.ask(text, { model: name })
  const stopped = await asker.ask('Move sessions to Redis', { model: 'qwen3-coder:30b' })
  model.control.set({ tokensPerSecond: 12 })
  const live: Asked[] = []
  for (const [text, name] of asked.slice(0, 4)) live.push(await asker.send(`${text}, live`, { model: name }))
  await asker.follow(live[0]!, 12)
  const cut = await asker.send('Index bloat on staging, live', { model: 'gemma3:4b' })
  await asker.client.trpc.admin.stopRun.mutate({ runId: cut.runId })
  const close = async () => {
    for (const { runId } of live) await asker.client.trpc.chat.cancel.mutate({ runId })
    await asker.close()
    await Promise.all([reynard.stop(), empty.stop()])
    await model.close()
    removeData(reynard)
    removeData(empty)
  }
  return { url: reynard.url, emptyUrl: empty.url, live, stopped, close }
}

/** The console: how the server does, and its runs. */
export const adminStage = defineStage(prepare, {
  'admin-overview': async (page, { url }) => {
    await page.goto(`${url}/admin`)
    await page.getByRole('heading', { name: 'Live runs' }).waitFor()
    await page.getByRole('button', { name: 'Stop this run' }).locator('visible=true').first().waitFor()
    return undefined
  },
  'admin-overview-empty': async (page, { emptyUrl }) => {
    await page.goto(`${emptyUrl}/admin`)
    await page.getByText('No run is live.').waitFor()
    return undefined
  },
  'admin-runs': async (page, { url }) => {
    await page.goto(`${url}/admin/runs`)
    await page.getByText('Release checklist 2.4').locator('visible=true').waitFor()
    return undefined
  },
  'admin-run': async (page, { url, live }) => {
    await page.goto(`${url}/admin/runs?run=${live[0]!.runId}`)
    await page.getByRole('heading', { name: 'Where the time went' }).waitFor()
    return undefined
  },
  'admin-models': async (page, { url }) => {
    await page.goto(`${url}/admin/models`)
    await page.getByText('Loaded,').locator('visible=true').first().waitFor()
    return undefined
  },
  'admin-model': async (page, { url }) => {
    await page.goto(`${url}/admin/models?model=${encodeURIComponent('ollama/qwen3:8b')}`)
    await page.getByRole('heading', { name: 'Licence' }).waitFor()
    return undefined
  },
  'admin-audit': async (page, { url }) => {
    await page.goto(`${url}/admin/audit`)
    await page.getByText('stopped an answer of').locator('visible=true').first().waitFor()
    return undefined
  },
  'admin-runs-empty': async (page, { emptyUrl }) => {
    await page.goto(`${emptyUrl}/admin/runs`)
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
    return undefined
  },
  'admin-settings': async (page, { url }) => {
    await page.goto(`${url}/admin/settings`)
    await page.getByRole('textbox', { name: 'Deadline of a token' }).fill('0')
    await page.getByRole('button', { name: 'Save' }).waitFor()
    return undefined
  },
  'admin-settings-notices': async (page, { url }) => {
    await page.goto(`${url}/admin/settings?section=notices`)
    await page.getByRole('button', { name: 'Announce', exact: true }).waitFor()
    return undefined
  },
  'admin-settings-history': async (page, { url }) => {
    await page.goto(`${url}/admin/settings?section=history`)
    await page.getByText('changed the setting').first().waitFor()
    return undefined
  },
  'admin-health': async (page, { url }) => {
    await page.goto(`${url}/admin/health`)
    await page.getByText('Opened to').waitFor()
    return undefined
  },
  'admin-usage': async (page, { url }) => {
    await page.goto(`${url}/admin/usage`)
    await page.getByRole('radio', { name: 'Models', exact: true }).click()
    await page.getByText('qwen3:8b').filter({ visible: true }).first().waitFor()
    return undefined
  },
  'admin-storage': async (page, { url }) => {
    await page.goto(`${url}/admin/storage`)
    await page.getByText(/^Counted /).waitFor()
    return undefined
  },
  'admin-settings-environment': async (page, { url }) => {
    await page.goto(`${url}/admin/settings?section=environment`)
    await page.getByText('REYNARD_DATA_DIR').waitFor()
    return undefined
  },
})
