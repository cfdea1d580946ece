import { startFakeOllama } from '@reynard/fake-ollama'
import { request } from '../assistant-page.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { createAsker, defineStage, openChat } from './stage.ts'

const SAID = 'my project Foxglove ships in March'
const FACT = 'The project Foxglove ships in March.'
const PROPOSAL = `Please remember that ${SAID}.`
const QUESTION = 'What did I tell you about my project last week?'
const SUMMARY =
  'The person plans the launch of Foxglove, a planner for gardens. It ships in March; the beta has 40 testers. Open: the price, and who writes the guide.'
const words = (count: number) => 'The beds are planned by frost and by shade, one after another. '.repeat(count)

async function prepare() {
  const model = await startFakeOllama({
    models: ['qwen3:8b'],
    parallel: 8,
    answer: ({ messages, prompt }) => {
      if (prompt.endsWith('Summary:')) return { text: SUMMARY }
      if (prompt === QUESTION) return { text: 'That it is called Foxglove, and that it ships in March.' }
      if (prompt !== PROPOSAL) return { text: words(10) }
      const isAnswered = messages.some(({ role }) => role === 'tool')
      const call = { name: 'remember', arguments: { fact: FACT, quote: SAID } }
      return isAnswered ? { text: 'I will come back to it.' } : { toolCalls: [call] }
    },
  })
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  const asker = createAsker(reynard.url)
  const { trpc } = asker.client
  await trpc.admin.updateSettings.mutate({ titles: false })
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
  }
  // One that was accepted, with the chat that it comes from, and some that were written.
  const told = await asker.send(PROPOSAL, { assistant: 'reynard' })
  const callId = await waitingCall(asker, told)
  await trpc.chat.decide.mutate({ runId: told.runId, callId, decision: 'approved' })
  await asker.follow(told)
  for (const text of [
    'I am allergic to nuts.',
    'Answers in metric units, please.',
    'My garden lies in Zürich, in half shade, with clay under it: what stands in wet feet there does not live long.',
  ]) {
    await trpc.chat.memory.create.mutate({ text })
  }
  const used = await asker.ask(QUESTION)
  return { url: reynard.url, asker, used, close }
}

async function waitingCall({ client }: ReturnType<typeof createAsker>, { runId }: { runId: string }): Promise<string> {
  for await (const event of client.followRun(runId)) if (event.type === 'approval-request') return event.callId
  throw new Error('nothing asks for a yes')
}

/** A chat that is long for its window. */
async function talkLong({ client, follow }: ReturnType<typeof createAsker>) {
  let last: { conversationId: string; answerId: string } | null = null
  for (let at = 0; at < 4; at += 1) {
    const to = { conversationId: last?.conversationId ?? null, parentId: last?.answerId ?? null }
    const text = `How do I plan the bed number ${at + 1}? ${words(16)}`
    const settings = { contextTokens: 2048, maxTokens: 256 }
    const asked = await client.trpc.chat.send.mutate({ key: crypto.randomUUID(), text, ...to, settings })
    await follow(asked)
    last = asked
  }
  if (last === null) throw new Error('nothing was asked')
  return last
}

export const memoryStage = defineStage<Awaited<ReturnType<typeof prepare>>>(prepare, {
  memory: async (page, { url }) => {
    await page.goto(`${url}/settings/memory`)
    await page.getByText('4 memories').waitFor()
    return undefined
  },
  'memory-edit': async (page, { url }) => {
    await page.goto(`${url}/settings/memory`)
    await page.getByRole('button', { name: /^Edit: I am allergic/ }).click()
    return undefined
  },
  'memory-used': async (page, { url, used }) => {
    await openChat(page, url, used)
    await page.getByRole('button', { name: /^Used / }).click()
    await page.getByRole('link', { name: 'Where you said it' }).waitFor()
    return undefined
  },
  'memory-proposed': async (page, { url, asker }) => {
    const asked = await asker.send(PROPOSAL, { assistant: 'reynard' })
    await openChat(page, url, asked)
    await request(page).locator('button:not([aria-disabled])', { hasText: 'Approve' }).waitFor()
    return () => asker.forget(asked)
  },
  summary: async (page, { url, asker }) => {
    const last = await talkLong(asker)
    await openChat(page, url, last)
    const row = page.getByRole('complementary', { name: 'Summary' })
    await row.getByRole('button', { name: 'Show summary' }).click()
    await row.scrollIntoViewIfNeeded()
    return () => asker.client.trpc.chat.remove.mutate({ id: last.conversationId })
  },
  'context-parts': async (page, { url, used }) => {
    await openChat(page, url, used)
    await page.getByRole('button', { name: /^Context window/ }).click()
    await page.getByRole('dialog', { name: 'Context window' }).getByText('Memory').waitFor()
    return undefined
  },
})
