import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { request } from '../assistant-page.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { answerBySteps, toolCall } from './answer-by-steps.ts'
import { createAsker, defineStage, openChat } from './stage.ts'

const call = (name: string, values: Record<string, unknown>): FakeAnswer => ({ toolCalls: [toolCall(name, values)] })
/** What each question is answered with, step by step. */
const steps: Record<string, FakeAnswer[]> = {
  'My project is a lighthouse of paper, one metre high': [{ text: 'A fine project. Begin with the stairs.' }],
  'What did I tell you about my project?': [
    call('search_chats', { query: 'project' }),
    { text: 'It is a lighthouse of paper, one metre high; you told me in another chat today.' },
  ],
  'How high are real ones?': [
    call('search_web', { query: 'height of lighthouses' }),
    {
      text: 'Most stand between 10 and 45 metres ([Lighthouse](https://en.wikipedia.org/wiki/Lighthouse)); the tallest reach more than a hundred.',
    },
  ],
  'Read the page about Pharos': [
    call('fetch_page', { url: 'https://example.org/pharos?height=original&unit=metres' }),
    { text: 'As you wish.' },
  ],
}
const results = [
  {
    title: 'Lighthouse',
    url: 'https://en.wikipedia.org/wiki/Lighthouse',
    content: 'A lighthouse is a tower that carries a light to guide ships at night.',
  },
  {
    title: 'List of tallest lighthouses',
    url: 'https://en.wikipedia.org/wiki/List_of_tallest_lighthouses',
    content: 'Jeddah Light, a tower of concrete, is the tallest with 133 metres.',
  },
]

async function prepare() {
  const searx = createServer((_req, res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }))
  })
  await new Promise<void>((listening) => searx.listen(0, '127.0.0.1', listening))
  const model = await startFakeOllama({
    models: ['qwen3:8b'],
    answer: answerBySteps(steps),
  })
  const reynard = await startReynard({
    OLLAMA_BASE_URL: model.url,
    SEARXNG_BASE_URL: `http://127.0.0.1:${(searx.address() as AddressInfo).port}`,
  })
  const asker = createAsker(reynard.url)
  await asker.client.trpc.admin.updateSettings.mutate({ titles: false })
  await asker.ask('My project is a lighthouse of paper, one metre high')
  const found = await asker.ask('What did I tell you about my project?', { assistant: 'reynard' })
  const searched = await asker.send('How high are real ones?', { after: found })
  for await (const event of asker.client.followRun(searched.runId)) {
    if (event.type !== 'approval-request') continue
    const { callId } = event
    await asker.client.trpc.chat.decide.mutate({ runId: searched.runId, callId, decision: 'approved' })
  }
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    searx.closeAllConnections()
    searx.close()
    removeData(reynard)
  }
  return { url: reynard.url, asker, searched, close }
}

export const webStage = defineStage<Awaited<ReturnType<typeof prepare>>>(prepare, {
  sources: async (page, { url, searched }) => {
    await openChat(page, url, searched)
    await page.getByText('Most stand between').waitFor()
    await page.getByRole('button', { name: /^Searched your chats/ }).click()
    await page.getByRole('button', { name: /^Searched the web/ }).click()
    await page.getByRole('link', { name: /^List of tallest lighthouses/ }).waitFor()
    return undefined
  },
  'approval-network': async (page, { url, asker }) => {
    const asked = await asker.send('Read the page about Pharos', { assistant: 'reynard' })
    await openChat(page, url, asked)
    await request(page).locator('button:not([aria-disabled])', { hasText: 'Approve' }).waitFor()
    return () => asker.forget(asked)
  },
  'web-search-settings': async (page, { url }) => {
    await page.goto(`${url}/admin/settings?section=web`)
    const form = page.getByRole('form', { name: 'Web search' })
    await form.getByText('Now asked: SearXNG').waitFor()
    await form.scrollIntoViewIfNeeded()
    return undefined
  },
})
