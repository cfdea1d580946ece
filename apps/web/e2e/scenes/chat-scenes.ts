import type { Page } from '@playwright/test'
import { createDemoScript, demoModels, type FakeAnswer, fillerText, startFakeOllama } from '@reynard/fake-ollama'
import { answers, lastAnswer, questions } from '../chat-page.ts'
import { seedChats } from '../seed-chats.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { cutConnection } from './cut-connection.ts'
import { type Asked, createAsker, defineStage, openChat, type Scene } from './stage.ts'

/** What the demo script has no answer for, by question. */
const answersTo: Record<string, FakeAnswer> = {
  'Write me a very long report': {
    text: 'The report begins with the numbers of the third quarter, then turns to what they mean for the fourth. First the orders, which rose in every week but two, and then the returns, which',
    doneReason: 'length',
  },
  'Will it fit?': {
    fault: {
      kind: 'status',
      status: 500,
      message: 'model requires more system memory (11.2 GiB) than is available (9.8 GiB)',
    },
  },
  'Name one river': { text: 'The Vuoksi, which runs from Saimaa to Ladoga.' },
}

const older = [
  { title: 'Release checklist 2.4', daysOld: 12 },
  { title: 'Backups for the GPU box', daysOld: 1 },
  { title: 'What changed in Node 24', daysOld: 1 },
  { title: 'Translate the tender, lot 3, with the annexes about the harbour', daysOld: 1 },
  { title: 'Regex for IBANs', daysOld: 3 },
  { title: 'Tone of the outage letter', daysOld: 5 },
  { title: 'Names for the new service', daysOld: 40 },
]

async function prepare() {
  const demo = createDemoScript()
  const isTitle = (system: string) => system.startsWith('Write a title')
  const model = await startFakeOllama({
    models: demoModels,
    parallel: 8,
    answer: (request) =>
      request.messages.some(({ role, content }) => role === 'system' && isTitle(content))
        ? demo(request)
        : (answersTo[request.prompt] ?? demo(request)),
  })
  const settings = { OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'qwen3:4b' }
  let reynard = await startReynard(settings)
  await seedChats(
    reynard.url,
    older.map(({ title, daysOld }) => ({ title, daysOld, question: title, answer: 'One story at a time.' })),
  )
  let asker = createAsker(reynard.url)
  model.control.set({ tokensPerSecond: 400 })
  const { items } = await asker.client.trpc.chat.list.query({})
  const pinned = items.find(({ title }) => title === 'Release checklist 2.4')
  if (pinned) await asker.client.trpc.chat.update.mutate({ id: pinned.id, pinned: true })
  await asker.ask('Write a story about a fox')
  const formula = await asker.ask('Derive the quadratic formula')
  const chat = await asker.ask('Compare SQLite, Postgres and Redis as a table', {
    after: await asker.ask('A debounce that stops itself, as code'),
  })
  const versions = await asker.ask('Plan a weekend by the sea')
  for (let again = 0; again < 2; again++) {
    const { runId } = await asker.client.trpc.chat.regenerate.mutate({
      key: crypto.randomUUID(),
      messageId: versions.answerId,
    })
    await asker.follow({ runId })
  }
  const length = await asker.ask('Write me a very long report')
  const failed = await asker.ask('Will it fit?')
  const fitted = await fillWindow(asker.client, (after) => asker.ask('Name one river', { after }))
  model.control.set({ tokensPerSecond: 40 })
  const stopped = await asker.send('Explain how rainbows come about')
  await asker.follow(stopped, 40)
  await asker.client.trpc.chat.cancel.mutate({ runId: stopped.runId })
  const interrupted = await asker.send('How does a sail drive a boat?')
  await asker.follow(interrupted, 40)
  await asker.close()
  await reynard.kill()
  reynard = await startReynard({ ...settings, REYNARD_DATA_DIR: reynard.dataDir })
  asker = createAsker(reynard.url)
  // One new answer among those that were read.
  for (const { conversationId } of [formula, chat, versions, length, failed, fitted, stopped, interrupted]) {
    await asker.client.trpc.chat.update.mutate({ id: conversationId, read: true })
  }
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
  }
  const chats = { chat, formula, versions, length, failed, fitted, stopped, interrupted }
  return { url: reynard.url, model, asker, chats, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

/** A chat whose newest answer says why it ended. */
function endedBy(chat: keyof Props['chats'], words: string): Scene<Props> {
  return async (page, { url, chats }) => {
    await openChat(page, url, chats[chat])
    await page.getByRole('article').last().getByText(words).waitFor()
    return undefined
  }
}

/** A chat whose beginning no longer fits its window. */
async function fillWindow(
  client: ReturnType<typeof createAsker>['client'],
  ask: (after: Asked) => Promise<Asked>,
): Promise<Asked> {
  const messages = Array.from({ length: 12 }, (_, index) => ({
    id: `m${index}`,
    parentId: index === 0 ? null : `m${index - 1}`,
    role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
    text: index % 2 === 0 ? `Tell me of river number ${index / 2 + 1}` : fillerText(90).join(''),
    createdAt: Date.now() - (12 - index) * 60_000,
  }))
  await client.trpc.chat.import.mutate({
    format: 'reynard-conversations',
    version: 1,
    conversations: [
      {
        title: 'Rivers of the north',
        createdAt: Date.now(),
        settings: { contextTokens: 700, maxTokens: 200 },
        messages,
        activeLeafId: 'm11',
      },
    ],
  })
  const { items } = await client.trpc.chat.list.query({})
  const found = items.find(({ title }) => title === 'Rivers of the north')
  const conversation = found && (await client.trpc.chat.byId.query({ id: found.id }))
  const answerId = conversation?.messages.at(-1)?.id
  if (!conversation || answerId === undefined) throw new Error('The chat was not taken')
  return ask({ conversationId: conversation.id, answerId, runId: '', userMessageId: '' })
}

const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 1024
const open = async (page: Page, url: string) => {
  await page.goto(url)
  await page.getByRole('main').waitFor()
}
const openDialog = async (page: Page, { url, chats }: Props, key: string) => {
  await openChat(page, url, chats.chat)
  await page.keyboard.press(key)
  await page.getByRole('dialog').waitFor()
}
/** An answer that is being written, as far as `shows`. */
const stream = async (page: Page, { url, model, asker }: Props, question: string, tokensPerSecond: number) => {
  model.control.set({ tokensPerSecond })
  const live = await asker.send(question)
  await openChat(page, url, live)
  return () => asker.forget(live)
}

export const chatStage = defineStage<Props>(prepare, {
  'new-chat': async (page, { url }) => {
    await open(page, url)
    await page
      .getByRole('link', { name: /Continue|Look/ })
      .first()
      .waitFor()
    return undefined
  },
  chat: async (page, { url, chats }) => void (await openChat(page, url, chats.chat)),
  formula: async (page, { url, chats }) => {
    await openChat(page, url, chats.formula)
    await page.locator('.katex').first().waitFor()
    return undefined
  },
  'reasoning-open': async (page, { url, chats }) => {
    await openChat(page, url, chats.chat)
    await lastAnswer(page)
      .getByRole('button', { name: /^Thought for/ })
      .click()
    return undefined
  },
  versions: async (page, { url, chats }) => {
    await openChat(page, url, chats.versions)
    await lastAnswer(page).getByText('3 of 3').waitFor()
    await lastAnswer(page).getByRole('button', { name: 'Previous version' }).click()
    await lastAnswer(page).getByText('2 of 3').waitFor()
    return async () => {
      await lastAnswer(page).getByRole('button', { name: 'Next version' }).click()
      await lastAnswer(page).getByText('3 of 3').waitFor()
    }
  },
  'edit-question': async (page, { url, chats }) => {
    await openChat(page, url, chats.chat)
    await questions(page).last().hover()
    await questions(page).last().getByRole('button', { name: 'Edit the question' }).click()
    await page.getByRole('textbox', { name: 'Your question' }).waitFor()
    return undefined
  },
  'answer-menu': async (page, { url, chats }) => {
    await openChat(page, url, chats.chat)
    await lastAnswer(page).getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem').first().waitFor()
    return undefined
  },
  streaming: async (page, props) => {
    const leave = await stream(page, props, 'Compare databases in a table', 38)
    await page.getByRole('cell').nth(12).waitFor()
    return leave
  },
  'streaming-code': async (page, props) => {
    const leave = await stream(page, props, 'A debounce that stops itself, as code', 38)
    await page.getByText('signal.addEventListener').waitFor()
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('And now the same for a throttle')
    return leave
  },
  'message-queued': async (page, props) => {
    const leave = await stream(page, props, 'Plan a weekend by the sea', 38)
    await page.getByRole('log').getByText('Saturday').waitFor()
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('And what if it snows?')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('region', { name: 'Next message' }).waitFor()
    return leave
  },
  stopped: endedBy('stopped', 'You stopped this answer.'),
  interrupted: endedBy('interrupted', 'The server restarted.'),
  'length-reached': endedBy('length', 'The answer reached'),
  failed: async (page, { url, chats }) => void (await openChat(page, url, chats.failed)),
  'context-fitted': async (page, { url, chats }) => {
    await openChat(page, url, chats.fitted)
    await page.getByRole('button', { name: 'Show which' }).waitFor()
    return undefined
  },
  'context-fitted-open': async (page, { url, chats }) => {
    await openChat(page, url, chats.fitted)
    await page.getByRole('button', { name: 'Show which' }).click()
    await page.getByRole('button', { name: 'Hide', exact: true }).waitFor()
    return undefined
  },
  'context-window': async (page, { url, chats }) => {
    await openChat(page, url, chats.fitted)
    await page.getByRole('button', { name: /^Context window/ }).click()
    await page.getByRole('dialog').waitFor()
    return undefined
  },
  offline: async (page, props) => {
    const connection = await cutConnection(page)
    await openChat(page, props.url, props.chats.chat)
    await connection.cut()
    await page.getByRole('button', { name: 'Try now' }).filter({ visible: true }).waitFor()
    return undefined
  },
  'offline-while-streaming': async (page, props) => {
    const connection = await cutConnection(page)
    const leave = await stream(page, props, 'Plan a weekend by the sea', 38)
    await page.getByRole('log').getByText('Saturday').waitFor()
    await connection.cut()
    await lastAnswer(page).getByRole('button', { name: 'Try now' }).waitFor()
    return leave
  },
  sidebar: async (page, { url, chats }) => {
    await openChat(page, url, chats.formula)
    if (!isPhone(page)) return undefined
    await page.getByRole('button', { name: 'Open chats' }).click()
    await page.getByRole('dialog').waitFor()
    return undefined
  },
  'chat-menu': async (page, { url, chats }) => {
    await openChat(page, url, chats.formula)
    await page.getByRole('banner').getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem').first().waitFor()
    return undefined
  },
  palette: async (page, props) => {
    await openDialog(page, props, 'Control+k')
    await page.getByRole('option').first().waitFor()
    return undefined
  },
  'search-hits': async (page, props) => {
    await openDialog(page, props, 'Control+k')
    await page.keyboard.type('story')
    await page.getByRole('option').first().waitFor()
    return undefined
  },
  'search-empty': async (page, props) => {
    await openDialog(page, props, 'Control+k')
    await page.keyboard.type('zzyzx')
    await page.getByText('Nothing holds').filter({ visible: true }).first().waitFor()
    return undefined
  },
  'model-picker': async (page, props) => {
    await openDialog(page, props, 'Control+m')
    await page.getByRole('option').first().waitFor()
    return undefined
  },
  shortcuts: async (page, { url, chats }) => {
    await openChat(page, url, chats.formula)
    await answers(page).last().focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    return undefined
  },
  'chat-settings': async (page, { url, chats }) => {
    await openChat(page, url, chats.fitted)
    if ((page.viewportSize()?.width ?? 0) < 640) {
      await page.getByRole('banner').getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: 'Settings of this chat' }).click()
    } else {
      await page.getByRole('button', { name: 'Settings of this chat' }).click()
    }
    await page.getByRole('dialog', { name: 'Settings of this chat' }).waitFor()
    return undefined
  },
  'undo-toast': async (page, { url, asker }) => {
    await openChat(page, url, await asker.ask('Name one river'))
    await page.getByRole('banner').getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('button', { name: /Undo/ }).waitFor()
    await page.getByRole('heading', { name: 'What are you working on?' }).waitFor()
    return undefined
  },
  settings: async (page, { url }) => {
    await open(page, `${url}/settings`)
    await page.getByRole('link', { name: 'Open the console' }).waitFor()
    return undefined
  },
  models: async (page, { url }) => {
    await open(page, `${url}/settings/models`)
    await page.getByRole('heading', { name: 'Get more' }).waitFor()
    return undefined
  },
  'content-filter': async (page, { url }) => {
    await page.goto(`${url}/settings/filter`)
    await page.getByRole('switch', { name: 'Keys, tokens and card numbers' }).press('Space')
    const trial = page.getByRole('region', { name: 'Try it' })
    const key = ['AKIA', 'QWERTY12', '34UIOP56'].join('')
    await trial.getByRole('textbox', { name: 'Text' }).fill(`The key of the harbour is ${key}.`)
    await trial.getByRole('button', { name: 'Try it' }).click()
    await trial.getByText('[redacted: AWS key]', { exact: false }).waitFor()
    return undefined
  },
  'not-found': async (page, { url }) => {
    await open(page, `${url}/chat/00000000-0000-7000-8000-000000000000`)
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
    return undefined
  },
  help: async (page, { url }) => {
    await open(page, `${url}/help`)
    return undefined
  },
})
