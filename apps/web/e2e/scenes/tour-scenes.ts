import { createDemoScript, demoModels, startFakeOllama } from '@reynard/fake-ollama'
import { askTour } from '../../../../scripts/tour/ask-tour.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { type Asker, createAsker, defineStage, openChat } from './stage.ts'

/** The tour of `npm run demo`, with a yes to everything that it asks. */
async function prepare() {
  const model = await startFakeOllama({ models: demoModels, answer: createDemoScript() })
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'llama3.2:3b' })
  const asker = createAsker(reynard.url)
  const chats = await askTour(reynard.url)
  for (const chat of chats) await approveAll(asker, chat)
  const recalled = await asker.ask('What did I tell you about my project last week?')
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
  }
  const [, chart, fix] = chats
  if (!chart || !fix) throw new Error('The tour asks fewer questions than it did.')
  return { url: reynard.url, chart, fix, recalled, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

async function approveAll({ client }: Asker, { runId }: { runId: string }): Promise<void> {
  for await (const event of client.followRun(runId)) {
    if (event.type !== 'approval-request') continue
    await client.trpc.chat.decide.mutate({ runId, callId: event.callId, decision: 'approved', scope: 'once' })
  }
}

export const tourStage = defineStage<Props>(prepare, {
  'tour-chart': async (page, { url, chart }) => {
    await openChat(page, url, chart)
    await page.getByRole('img', { name: /Sales by month/ }).scrollIntoViewIfNeeded()
    await page.getByText('Most of it is blankets').scrollIntoViewIfNeeded()
    return undefined
  },
  'tour-fix': async (page, { url, fix }) => {
    await openChat(page, url, fix)
    await page.getByText('1 of 5 failed').waitFor()
    await page.getByText('I run the tests first').evaluate((line) => line.scrollIntoView({ block: 'start' }))
    return undefined
  },
  'tour-memory': async (page, { url, recalled }) => {
    await openChat(page, url, recalled)
    await page.getByRole('button', { name: /1 memory/ }).click()
    return undefined
  },
})
