import type { Page } from '@playwright/test'
import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { answerOf, CLERK, makeAssistant, request } from '../assistant-page.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { answerBySteps, toolCall } from './answer-by-steps.ts'
import { type Asked, createAsker, defineStage, openChat } from './stage.ts'

const rules = `returns:
  window_days: 30

size_note:
  from_size: 47
  text: "Runs small. Order one size up."
  locales: [de, en, fr]
`
const newRules = rules.replace('from_size: 47', 'from_size: 44\n  channels: [marketplace]')
const code = `const days = [3, 4, 4, 5, 5, 6, 9, 10, 10, 11, 12]
const sorted = days.toSorted((a, b) => a - b)
console.log('median  ' + sorted[5] + ' days')
console.log('late    ' + sorted.filter((day) => day > 8).length)
sorted.length`

/** What each question is answered with, step by step. */
const steps: Record<string, FakeAnswer[]> = {
  'Where do the refunds come from?': [
    {
      reasoning: 'Compare channels first, then the delay. Then look at the sizes.',
      text: 'I write the rules down first, then look at the days until a refund.',
      toolCalls: [toolCall('write_file', { path: 'shop-rules.yaml', content: rules })],
    },
    { toolCalls: [toolCall('run_javascript', { code })] },
    { toolCalls: [toolCall('write_file', { path: 'shop-rules.yaml', content: newRules })] },
    { toolCalls: [toolCall('run_javascript', { code: 'const size = undefined\nsize.length' })] },
    { toolCalls: [toolCall('read_file', { path: '/etc/passwd' })] },
    { toolCalls: [toolCall('fetch_everything', { url: 'https://example.org' })] },
    {
      text: 'The rise is one channel and one category: trail shoes sold through the marketplace went from 3.7 to 12.6 percent. Half of the late refunds are size 44 and up.',
    },
  ],
  'Lower the size note': [
    {
      text: 'The size note will show from size 44 on, instead of 47, and only on the marketplace.',
      toolCalls: [toolCall('write_file', { path: 'shop-rules.yaml', content: newRules })],
    },
    { text: 'Then the note stays as it is.' },
  ],
  'Count for ever': [{ toolCalls: [toolCall('run_javascript', { code: 'for (;;) {}' })] }],
}

/** Asks about every file that it writes. */
const careful = {
  ...CLERK,
  name: 'Shop keeper',
  letter: 'S',
  picture: null,
  description: 'Reads orders and keeps the rules of the shop',
}

async function prepare() {
  const model = await startFakeOllama({
    models: ['qwen3:8b'],
    parallel: 8,
    answer: answerBySteps(steps),
  })
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  const asker = createAsker(reynard.url)
  await asker.client.trpc.admin.updateSettings.mutate({ titles: false })
  const keeper = await makeAssistant(reynard.url, careful)
  await makeAssistant(reynard.url, {
    ...CLERK,
    name: 'Gardener',
    letter: 'G',
    picture: null,
    description: 'Knows when to sow and when to reap',
  })
  const rows = await asker.ask('Where do the refunds come from?', { assistant: 'reynard' })
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
  }
  return { url: reynard.url, asker, keeper, rows, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

/** An answer that waits for a yes. */
const wait = async (page: Page, { url, asker, keeper }: Props) => {
  const asked = await asker.send('Lower the size note', { assistant: keeper })
  await openChat(page, url, asked)
  await request(page).waitFor()
  await request(page).locator('button:not([aria-disabled])', { hasText: 'Approve' }).waitFor()
  return asked
}

/** Says yes to all of the chat. */
async function allow({ client, follow }: Props['asker'], asked: Asked): Promise<Asked> {
  for await (const event of client.followRun(asked.runId)) {
    if (event.type !== 'approval-request') continue
    const { callId } = event
    await client.trpc.chat.decide.mutate({
      runId: asked.runId,
      callId,
      decision: 'approved',
      scope: 'conversation',
    })
    break
  }
  await follow(asked)
  return asked
}

export const assistantStage = defineStage<Props>(prepare, {
  'tool-rows': async (page, { url, rows }) => {
    await openChat(page, url, rows)
    await page.getByText('The rise is one channel').waitFor()
    return undefined
  },
  'tool-row-open': async (page, { url, rows }) => {
    await openChat(page, url, rows)
    await page
      .getByRole('button', { name: /^Ran JavaScript/ })
      .first()
      .click()
    await page.getByText('exit 0').waitFor()
    return undefined
  },
  'tool-running': async (page, { url, asker, keeper }) => {
    const asked = await asker.send('Count for ever', { assistant: keeper })
    await openChat(page, url, asked)
    await answerOf(page, careful.name).getByRole('button', { name: 'Stop', exact: true }).waitFor()
    return () => asker.forget(asked)
  },
  approval: async (page, props) => {
    const asked = await wait(page, props)
    return () => props.asker.forget(asked)
  },
  'approval-word': async (page, props) => {
    const asked = await wait(page, props)
    await request(page).getByRole('button', { name: 'Deny and say why' }).click()
    await page.keyboard.type('Only for the marketplace')
    return () => props.asker.forget(asked)
  },
  'approval-denied': async (page, props) => {
    const asked = await wait(page, props)
    await request(page).getByRole('button', { name: 'Deny', exact: true }).click()
    await page.getByText('Then the note stays as it is.').waitFor()
    return () => props.asker.forget(asked)
  },
  'approval-open': async (page, props) => {
    const asked = await wait(page, props)
    await page.goto(props.url)
    await page
      .getByRole('link', { name: /Decide$/ })
      .first()
      .waitFor()
    return () => props.asker.forget(asked)
  },
  'assistant-picker': async (page, { url }) => {
    await page.goto(url)
    await page.getByRole('button', { name: /^Choose an assistant/ }).click()
    await page.getByRole('option').first().waitFor()
    return undefined
  },
  assistants: async (page, { url }) => {
    await page.goto(`${url}/settings/assistants`)
    await page.getByRole('listitem').filter({ hasText: 'Gardener' }).last().waitFor()
    return undefined
  },
  'assistant-built-in': async (page, { url }) => {
    await page.goto(`${url}/settings/assistants/codewolf`)
    await page.getByRole('button', { name: 'Duplicate CodeWolf' }).waitFor()
    return undefined
  },
  rules: async (page, { url, asker, keeper }) => {
    const asked = await asker.send('Lower the size note', { assistant: keeper })
    const answered = await allow(asker, asked)
    await page.goto(`${url}/settings/approvals`)
    await page.getByRole('button', { name: /^Ask again before write_file/ }).waitFor()
    return () => asker.forget(answered)
  },
  'assistant-edit': async (page, { url, keeper }) => {
    await page.goto(`${url}/settings/assistants/${keeper}`)
    await page.getByRole('textbox', { name: 'Name' }).waitFor()
    return undefined
  },
})
