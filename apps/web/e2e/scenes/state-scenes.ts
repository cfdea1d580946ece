import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { answerOf, CLERK, makeAssistant, request } from '../assistant-page.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { answerBySteps, toolCall } from './answer-by-steps.ts'
import { type Asked, type Asker, createAsker, defineStage, openChat } from './stage.ts'

const fit = `import time
# Fits the delay, one category after another.
for category in range(1000):
    print(f'category {category + 1}: 44 and up', flush=True)
    time.sleep(0.4)`
const wait = 'import time\nprint("Reading orders-2026-q3.csv", flush=True)\ntime.sleep(40)'
const long = (about: string) =>
  toolCall('query_data', { sql: `SELECT count(*) FROM range(1000000000000) WHERE range % 7 = ${about.length}`, about })

/** What each question is answered with, step by step. */
const steps: Record<string, FakeAnswer[]> = {
  'Which refunds are late?': [
    {
      toolCalls: [
        toolCall('write_file', { path: 'late.md', content: '# Late refunds\n\nHalf of them are size 44.\n' }),
      ],
    },
    { toolCalls: [toolCall('run_javascript', { code: 'for (;;) {}' })] },
    { toolCalls: [toolCall('run_javascript', { code: 'const order = {}\norder.size.toFixed()' })] },
    { toolCalls: [toolCall('read_file', { path: '/etc/passwd' })] },
    { toolCalls: [toolCall('search_web', { query: 'refund law' })] },
    { toolCalls: [toolCall('write_file', { path: 'shop-rules.yaml', content: 'size_note: 44\n' })] },
    { text: 'Half of the late refunds are size 44 and up.' },
  ],
  'Lower the size note': [
    {
      text: 'The size note will show from size 44 on.',
      toolCalls: [toolCall('write_file', { path: 'shop-rules.yaml', content: 'size_note: 44\n' })],
    },
    { text: 'Nobody said yes, so the note stays as it is.' },
  ],
  'Fit the delay': [{ text: 'I fit the delay for each category.', toolCalls: [toolCall('run_python', { code: fit })] }],
  'Count the orders': [{ text: 'I read the orders first.', toolCalls: [toolCall('run_python', { code: wait })] }],
  'Look at it from three sides': [
    { toolCalls: [long('by channel'), long('by category'), long('by size and country of the customer')] },
  ],
  'Write three notes': [
    {
      toolCalls: ['sizes.md', 'channels.md', 'countries.md'].map((path) =>
        toolCall('write_file', { path, content: `# ${path}\n` }),
      ),
    },
    { text: 'As you wish.' },
  ],
}

/** Half an hour and a minute ago: what nobody answered since then has expired. */
const LONG_AGO = 'const now = Date.now; Date.now = () => now() - 31 * 60_000'
const longAgo = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LONG_AGO)}` }

/** Waits for the first event of a kind. */
async function heard({ client }: Asker, { runId }: Asked, type: string): Promise<{ callId: string }> {
  for await (const event of client.followRun(runId)) {
    if (event.type === type && 'callId' in event) return { callId: event.callId }
  }
  throw new Error(`${runId} ended without ${type}`)
}

/** Says yes to the first request and to the web, no to the rest. */
async function answerAll({ client }: Asker, { runId }: Asked) {
  for await (const event of client.followRun(runId)) {
    if (event.type !== 'approval-request') continue
    const { callId, facts } = event
    const isYes = facts.writes[0] !== 'shop-rules.yaml'
    await client.trpc.chat.decide.mutate({
      runId,
      callId,
      ...(isYes ? { decision: 'approved' } : { decision: 'denied', note: 'Only for the marketplace' }),
    })
  }
}

async function prepare() {
  // It gives no JSON to anybody.
  const searx = createServer((_req, res) => void res.writeHead(403).end())
  await new Promise<void>((listening) => searx.listen(0, '127.0.0.1', listening))
  const model = await startFakeOllama({ models: ['qwen3:8b'], parallel: 8, answer: answerBySteps(steps) })
  const settings = {
    OLLAMA_BASE_URL: model.url,
    SEARXNG_BASE_URL: `http://127.0.0.1:${(searx.address() as AddressInfo).port}`,
  }
  const before = await startReynard({ ...settings, ...longAgo })
  const again = { ...settings, REYNARD_DATA_DIR: before.dataDir, PORT: new URL(before.url).port }
  const keeper = await makeAssistant(before.url, {
    ...CLERK,
    name: 'Shop keeper',
    letter: 'S',
    picture: null,
    description: 'Reads orders and keeps the rules of the shop',
    tools: {
      ...CLERK.tools,
      read_file: 'default',
      search_web: 'default',
      run_python: 'default',
      query_data: 'default',
    },
  })
  const early = createAsker(before.url)
  await early.client.trpc.admin.updateSettings.mutate({ titles: false })
  const expired = await early.send('Lower the size note', { assistant: keeper })
  await heard(early, expired, 'approval-request')
  await early.close()
  await before.kill()

  const killed = await startReynard(again)
  const late = createAsker(killed.url)
  const interrupted = await late.send('Count the orders', { assistant: keeper })
  await heard(late, interrupted, 'tool-output')
  await late.close()
  await killed.kill()

  const reynard = await startReynard(again)
  const asker = createAsker(reynard.url)
  const settled = await asker.send('Which refunds are late?', { assistant: keeper })
  await answerAll(asker, settled)
  const stopped = await asker.send('Count the orders', { assistant: keeper })
  await heard(asker, stopped, 'tool-output')
  await asker.client.trpc.chat.cancel.mutate({ runId: stopped.runId })
  await asker.follow(stopped)
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    searx.closeAllConnections()
    searx.close()
    removeData(reynard)
  }
  return { url: reynard.url, asker, keeper, expired, interrupted, settled, stopped, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

/** Each row has its own, beside that of the whole answer under the chat. */
const stops = (page: Page) => answerOf(page, 'Shop keeper').getByRole('button', { name: 'Stop', exact: true })
const live = (question: string, shows: (page: Page) => Promise<unknown>) => async (page: Page, props: Props) => {
  const asked = await props.asker.send(question, { assistant: props.keeper })
  await openChat(page, props.url, asked)
  await shows(page)
  return () => props.asker.forget(asked)
}

/** Every state that a call can be in, as the pictures have them. */
export const stateStage = defineStage<Props>(prepare, {
  'rows-settled': async (page, { url, settled }) => {
    await openChat(page, url, settled)
    await page.getByText('Half of the late refunds').waitFor()
    return undefined
  },
  'row-expired': async (page, { url, expired }) => {
    await openChat(page, url, expired)
    await page.getByRole('button', { name: 'Ask again' }).waitFor()
    return undefined
  },
  'row-interrupted': async (page, { url, interrupted }) => {
    await openChat(page, url, interrupted)
    await page.getByRole('button', { name: /^Running Python was interrupted/ }).click()
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    return undefined
  },
  'row-stopped': async (page, { url, stopped }) => {
    await openChat(page, url, stopped)
    await page.getByRole('button', { name: /^Running Python was stopped/ }).click()
    return undefined
  },
  'row-output': live('Fit the delay', async (page) => {
    await page.getByRole('button', { name: /^Running Python/ }).click()
    await page.getByText('category 8: 44 and up').waitFor()
    await stops(page).waitFor()
  }),
  'rows-at-once': live('Look at it from three sides', async (page) => {
    await stops(page).nth(2).waitFor()
  }),
  'approvals-at-once': live('Write three notes', async (page) => {
    await request(page).locator('button:not([aria-disabled])', { hasText: 'Approve' }).waitFor()
  }),
})
