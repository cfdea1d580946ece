import type { Page } from '@playwright/test'
import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { removeData, startReynard } from '../start-reynard.ts'
import { answerBySteps, toolCall } from './answer-by-steps.ts'
import { allFetched, createAsker, defineStage, openChat } from './stage.ts'

const channels = ['Marketplace', 'Partners', 'Web shop', 'Phone']
/** Refunds of thirteen weeks in four channels: one of them goes up. */
const refunds = [
  'week,channel,orders,refunds',
  ...Array.from({ length: 13 }, (_, week) => {
    const day = new Date(Date.UTC(2026, 6, 1 + week * 7)).toISOString().slice(0, 10)
    const rates = [3 + 0.034 * week ** 2, 3.4 + Math.sin(week) * 0.25, 2.2 + Math.cos(week) * 0.15, 1.2]
    return channels.map((channel, index) => {
      const orders = [1480, 920, 3380, 210][index] ?? 0
      return `${day},${channel},${orders},${Math.round((orders * (rates[index] ?? 0)) / 100)}`
    })
  }).flat(),
].join('\n')

const rate = 'round(100.0 * sum(refunds) / sum(orders), 1)'
const answers: Record<string, FakeAnswer[]> = {
  'Where do the refunds come from?': [
    {
      text: 'I put the numbers of the shop into a file and look at them.',
      toolCalls: [toolCall('write_file', { path: 'orders-2026-q3.csv', content: refunds })],
    },
    { toolCalls: [toolCall('describe_data', { path: 'orders-2026-q3.csv' })] },
    {
      toolCalls: [
        toolCall('query_data', {
          sql: `SELECT channel, sum(orders) AS orders, sum(refunds) AS refunds, ${rate} AS rate\nFROM orders_2026_q3 GROUP BY channel ORDER BY rate DESC`,
          about: 'refunds by channel',
        }),
      ],
    },
    {
      toolCalls: [
        toolCall('draw_chart', {
          type: 'line',
          title: 'Refund rate by week, percent of orders',
          unit: '%',
          sql: `SELECT week, channel, ${rate} AS rate FROM orders_2026_q3 GROUP BY ALL ORDER BY week`,
        }),
      ],
    },
    {
      text: 'The rise is one channel: the marketplace went from 3.0 to 7.9 percent. The others stand where they stood.',
    },
  ],
  'Show the orders of each month by channel': [
    { toolCalls: [toolCall('write_file', { path: 'orders.csv', content: refunds })] },
    {
      toolCalls: [
        toolCall('draw_chart', {
          type: 'bar',
          stacked: true,
          title: 'Orders by month and channel',
          sql: "SELECT strftime(week, '%Y-%m') AS month, channel, sum(orders) AS orders FROM orders GROUP BY ALL ORDER BY month",
        }),
      ],
    },
    {
      toolCalls: [
        toolCall('draw_chart', {
          type: 'bar',
          title: 'Refunds by channel',
          sql: 'SELECT channel, sum(refunds) AS refunds FROM orders GROUP BY 1 ORDER BY 2 DESC',
        }),
      ],
    },
    { text: 'August has the most orders.' },
  ],
  'Ask for a column that is not there': [
    { toolCalls: [toolCall('write_file', { path: 'orders.csv', content: refunds })] },
    { toolCalls: [toolCall('query_data', { sql: 'SELECT profit FROM orders' })] },
    { toolCalls: [toolCall('query_data', { sql: "SELECT * FROM read_csv('/etc/passwd')" })] },
    { text: 'There is no profit in this file.' },
  ],
  'Draw the days until a refund': [
    {
      toolCalls: [
        toolCall('run_python', {
          code: 'import matplotlib.pyplot as plt\nplt.hist([3, 4, 4, 5, 5, 6, 9, 10, 10, 11, 12], bins=10)\nplt.title("Days until a refund")\nprint("median 6 days")',
        }),
      ],
    },
    { text: 'Half of them come within six days.' },
  ],
}

/** A model that answers step by step as it is written above. */
export const startDataModel = () =>
  startFakeOllama({
    models: ['qwen3:8b'],
    parallel: 8,
    answer: answerBySteps(answers),
  })

async function prepare() {
  const model = await startDataModel()
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  const asker = createAsker(reynard.url)
  await asker.client.trpc.admin.updateSettings.mutate({ titles: false })
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
  }
  return { url: reynard.url, asker, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

const show = (question: string, words: string) => async (page: Page, props: Props) => {
  const asked = await props.asker.ask(question, { assistant: 'reynard' })
  await openChat(page, props.url, asked)
  await page.getByText(words).waitFor()
  await allFetched(page)
  return () => props.asker.forget(asked)
}

export const dataStage = defineStage<Props>(prepare, {
  'data-chart': show('Where do the refunds come from?', 'The rise is one channel'),
  'data-bars': show('Show the orders of each month by channel', 'August has the most orders.'),
  'data-failed': show('Ask for a column that is not there', 'There is no profit in this file.'),
  figure: async (page, props) => {
    const leave = await show('Draw the days until a refund', 'Half of them come')(page, props)
    await page.getByRole('img', { name: 'Figure that Python drew' }).waitFor()
    return leave
  },
})
