import { createDemoScript, demoModels, type FakeAnswer, fillerText, startFakeOllama } from '@reynard/fake-ollama'
import { lastAnswer } from '../chat-page.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { type Asked, createAsker, defineStage, openChat } from './stage.ts'

const thought =
  'The two totals differ by one cent, so the split must round somewhere. If each line is rounded on its own, the sum can miss the total by half a cent for each line. The remainder has to go to one of the lines, and the first is as good as any, as long as it is always the same one. '

const answersTo: Record<string, FakeAnswer> = {
  'Summarise the minutes': { text: fillerText(900), tokensPerSecond: 30 },
  'Who pays the odd cent?': { reasoning: thought.repeat(4), text: 'The first line.', tokensPerSecond: 30 },
  'Which words are in the picture?': { text: 'None.', loadMs: 60_000 },
}

/** One slot for each model, so that what waits can be seen. Each scene has a model of its own. */
async function prepare() {
  const demo = createDemoScript()
  const model = await startFakeOllama({
    models: demoModels,
    parallel: 8,
    answer: (request) => answersTo[request.prompt] ?? demo(request),
  })
  const reynard = await startReynard({
    OLLAMA_BASE_URL: model.url,
    OLLAMA_DEFAULT_MODEL: 'qwen3:4b',
    REYNARD_MODEL_SLOTS: '1',
  })
  const asker = createAsker(reynard.url)
  await asker.client.trpc.admin.updateSettings.mutate({ titles: false })
  // How long a load takes is known from the one before it.
  answersTo['How long does it take to load?'] = { text: 'This long.', loadMs: 3000 }
  await asker.ask('How long does it take to load?', { model: 'gemma3:4b' })
  const unload = () =>
    fetch(`${model.url}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gemma3:4b', messages: [], keep_alive: 0 }),
    })
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
  }
  return { url: reynard.url, model, asker, unload, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

export const waitingStage = defineStage<Props>(prepare, {
  queued: async (page, { url, asker }) => {
    const before: Asked[] = []
    for (let count = 0; count < 3; count++) {
      before.push(await asker.send('Summarise the minutes', { model: 'llama3.2:3b' }))
    }
    const mine = await asker.send('And what did we decide?', { model: 'llama3.2:3b' })
    await openChat(page, url, mine)
    await page
      .getByText(/in line/)
      .filter({ visible: true })
      .first()
      .waitFor()
    return () => asker.forget(mine, ...before.reverse())
  },
  'model-loading': async (page, { url, asker, unload }) => {
    await unload()
    const mine = await asker.send('Which words are in the picture?', { model: 'gemma3:4b' })
    await openChat(page, url, mine)
    await lastAnswer(page)
      .getByText(/Loading gemma3:4b/)
      .waitFor()
    return () => asker.forget(mine)
  },
  reading: async (page, { url, asker, model }) => {
    await asker.ask('Hello', { model: 'mistral-small:24b' })
    model.control.set({ prefillMs: 5000 })
    const mine = await asker.send('Read all of this and say what it means', { model: 'mistral-small:24b' })
    await openChat(page, url, mine)
    await lastAnswer(page)
      .getByText(/^Reading/)
      .waitFor()
    return async () => {
      model.control.set({ prefillMs: 0 })
      await asker.follow(mine)
      await asker.forget(mine)
    }
  },
  thinking: async (page, { url, asker }) => {
    const mine = await asker.send('Who pays the odd cent?')
    await openChat(page, url, mine)
    await lastAnswer(page)
      .getByRole('button', { name: /^Thinking, [3-9] s/ })
      .waitFor()
    return () => asker.forget(mine)
  },
  'thinking-open': async (page, { url, asker }) => {
    const mine = await asker.send('Who pays the odd cent?')
    await openChat(page, url, mine)
    await lastAnswer(page)
      .getByRole('button', { name: /^Thinking/ })
      .click()
    await lastAnswer(page)
      .getByText(/has to go to one of the lines/)
      .first()
      .waitFor()
    return () => asker.forget(mine)
  },
  'engine-gone': async (page, { url, asker, model }) => {
    const chat = await asker.ask('Hello')
    await model.control.stop()
    const mine = await asker.ask('Are you still there?', { after: chat })
    await openChat(page, url, mine)
    await lastAnswer(page).getByRole('button', { name: 'Retry' }).waitFor()
    await page
      .getByText(/No model yet|No engine answers/)
      .first()
      .waitFor({ state: 'attached', timeout: 30_000 })
    return async () => {
      await model.control.start()
      await asker.client.trpc.admin.recheckEngines.mutate()
      await asker.forget(chat)
    }
  },
})
