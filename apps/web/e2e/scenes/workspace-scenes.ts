import type { Page } from '@playwright/test'
import { makePdf } from '@reynard/agent/testing/documents'
import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { removeData, startReynard } from '../start-reynard.ts'
import { answerBySteps, toolCall } from './answer-by-steps.ts'
import { createAsker, defineStage, openChat } from './stage.ts'

const rounding = `export function splitCents(total: number, lines: Line[]): number[] {
  const base = Math.floor(total / lines.length)
  let rest = total % lines.length
  return lines.map(() => base + (rest-- > 0 ? 1 : 0))
}
`
const ordered = rounding.replace(
  '  const base',
  '  // Order decides who carries the odd cent, so it must not depend on timing.\n  const base',
)
const orders = `channel,category,orders,refunds,rate
Marketplace,Trail shoes,1482,187,12.6
Marketplace,Road shoes,2210,143,6.5
Partners,Trail shoes,918,38,4.1
Web shop,Trail shoes,3377,91,2.7
Phone,Trail shoes,206,2,1
`
const clean = `open('data/orders.csv', 'a').write('Web shop,Road shoes,2904,61,2.1\\n')
open('billing/rounding.ts', 'a').write('\\nexport type Line = { id: string }\\n')
print('One order and one type added')`

/** What each question is answered with, step by step. */
const steps: Record<string, FakeAnswer[]> = {
  'Write the rounding down': [
    { toolCalls: [toolCall('write_file', { path: 'billing/rounding.ts', content: rounding })] },
    { toolCalls: [toolCall('write_file', { path: 'data/orders.csv', content: orders })] },
    {
      toolCalls: [
        toolCall('write_file', {
          path: 'notes.md',
          content: '# Rounding\n\nThe odd cent goes to the **first** line.\n',
        }),
      ],
    },
    { toolCalls: [toolCall('write_file', { path: 'billing/rounding.ts', content: ordered })] },
    { toolCalls: [toolCall('run_python', { code: clean })] },
    { text: 'The odd cent goes to the first line, and the order of lines is stable now.' },
  ],
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
  const acted = await asker.ask('Write the rounding down', { assistant: 'reynard' })
  const bare = await asker.ask('Hello')
  const uploaded = await fetch(`${reynard.url}/api/uploads?name=tender.pdf`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: makePdf(['Lot 3: the translation of 40 pages until 12 March.', 'Offers go to the second floor.']),
  })
  const { id: uploadId }: { id: string } = JSON.parse(await uploaded.text())
  const { conversationId } = acted
  await asker.client.trpc.assistant.workspace.take.mutate({ conversationId, uploadId })
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
  }
  return { url: reynard.url, acted, bare, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

async function open(page: Page, { url, acted }: Props): Promise<void> {
  await openChat(page, url, acted)
  await page.getByRole('button', { name: 'Workspace', exact: true }).click()
  await page.getByRole('tree').waitFor()
}
const line = (page: Page, name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name}`) })

async function openCheckpoints(page: Page, props: Props): Promise<void> {
  await open(page, props)
  await page.getByRole('tab', { name: 'Checkpoints' }).click()
  await page.getByRole('button', { name: /^After: Wrote notes.md/ }).click()
  await page.getByRole('button', { name: 'Restore', exact: true }).waitFor()
}

export const workspaceStage = defineStage<Props>(prepare, {
  'workspace-files': async (page, props) => {
    await open(page, props)
    await line(page, 'billing').click()
    await line(page, 'rounding.ts').click()
    await page.getByText('Order decides').last().waitFor()
    return undefined
  },
  'workspace-table': async (page, props) => {
    await open(page, props)
    await line(page, 'data').click()
    await line(page, 'orders.csv').click()
    await page.getByRole('group', { name: /^Table, / }).waitFor()
    return undefined
  },
  'workspace-markdown': async (page, props) => {
    await open(page, props)
    await line(page, 'notes.md').click()
    await page.getByRole('heading', { name: 'Rounding', exact: true }).waitFor()
    return undefined
  },
  'workspace-document': async (page, props) => {
    await open(page, props)
    await line(page, 'tender.pdf').click()
    await page.getByRole('radio', { name: 'Text' }).click()
    await page.getByText('Offers go').waitFor()
    return undefined
  },
  'workspace-pdf': async (page, props) => {
    await open(page, props)
    await line(page, 'tender.pdf').click()
    await page.getByRole('img', { name: /^Page 1 of tender.pdf/ }).waitFor()
    return undefined
  },
  'workspace-changes': async (page, props) => {
    await open(page, props)
    await page.getByRole('tab', { name: 'Changes' }).click()
    await page.getByRole('button', { name: /^data\/orders\.csv/ }).click()
    await page.getByRole('group', { name: /^Change to data\/orders\.csv/ }).waitFor()
    return undefined
  },
  'workspace-history': async (page, props) => {
    await open(page, props)
    await line(page, 'billing').click()
    await line(page, 'rounding.ts').click()
    await page.getByRole('radio', { name: 'History' }).click()
    await page.getByRole('button', { name: /^Changed: Wrote billing/ }).click()
    await page.getByRole('button', { name: 'Restore this version' }).waitFor()
    return undefined
  },
  'workspace-checkpoints': async (page, props) => {
    await openCheckpoints(page, props)
    return undefined
  },
  'workspace-change': async (page, props) => {
    await openCheckpoints(page, props)
    await page.getByRole('button', { name: 'Show the change' }).click()
    await page.getByRole('button', { name: 'Hide the change' }).waitFor()
    return undefined
  },
  'workspace-empty': async (page, { url, bare }) => {
    await openChat(page, url, bare)
    await page.getByRole('button', { name: 'Workspace', exact: true }).click()
    await page.getByText('No files yet').waitFor()
    return undefined
  },
  'row-changed': async (page, { url, acted }) => {
    await openChat(page, url, acted)
    await page.getByRole('button', { name: 'What changed' }).last().click()
    await page.getByText('2 files changed').waitFor()
    return undefined
  },
})
