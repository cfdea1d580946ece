import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { makePdf } from '@reynard/agent/testing/documents'
import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { type Upload, uploadSchema } from '@reynard/protocol'
import { field, questions } from '../chat-page.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { createAsker, defineStage, openChat } from './stage.ts'

const photo = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'screenshots', 'phone.png'))
const report = makePdf(['Results of the third quarter', 'The harbour made 12.4 million, two more than planned.'])
const sales = 'month,amount\n2026-07,120\n2026-08,140\n2026-09,90\n'
const book = Array.from({ length: 4_000 }, (_, line) => `${line + 1} The fox went out on a chilly night.`).join('\n')

const answers: Record<string, FakeAnswer[]> = {
  'What did the harbour make?': [
    { text: 'I read the report.', toolCalls: [{ name: 'read_document', arguments: { path: 'report-q3.pdf' } }] },
    { text: 'The harbour made 12.4 million, two more than planned (page 2).' },
  ],
  'How does the book begin?': [{ text: 'With a fox that goes out on a chilly night.' }],
}

async function prepare() {
  const turns = new Map<string, number>()
  const model = await startFakeOllama({
    models: [
      { name: 'qwen3:4b', capabilities: ['completion', 'tools'] },
      { name: 'llava:7b', capabilities: ['completion', 'vision'] },
    ],
    answer: ({ messages, prompt }) => {
      if (messages.some(({ role, content }) => role === 'system' && content.startsWith('Write a title')))
        return { text: 'Results of the harbour' }
      const question = Object.keys(answers).find((each) => prompt.includes(each)) ?? ''
      const turn = turns.get(question) ?? 0
      turns.set(question, turn + 1)
      return answers[question]?.[turn] ?? { text: 'A short answer.' }
    },
  })
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'qwen3:4b' })
  const asker = createAsker(reynard.url)

  async function upload(name: string, content: string | Buffer<ArrayBuffer>): Promise<Upload> {
    const answer = await fetch(`${reynard.url}/api/uploads?name=${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: content,
    })
    return uploadSchema.parse(await answer.json())
  }
  async function ask(text: string, uploads: Upload[], settings: { assistant?: string; model?: string }) {
    const sent = await asker.client.trpc.chat.send.mutate({
      key: crypto.randomUUID(),
      conversationId: null,
      parentId: null,
      text,
      attachments: uploads.map(({ id }) => id),
      settings,
    })
    await asker.follow(sent)
    return sent
  }
  const files = [
    await upload('harbour.png', Buffer.from(photo)),
    await upload('report-q3.pdf', report),
    await upload('sales.csv', sales),
  ]
  const asked = await ask('What did the harbour make?', files, { assistant: 'reynard' })
  const long = await ask('How does the book begin?', [await upload('book.txt', book)], {})
  return {
    url: reynard.url,
    asked,
    long,
    async close() {
      await asker.close()
      await reynard.stop()
      await model.close()
      removeData(reynard)
    },
  }
}

/** Files in the composer of a new chat; one of them did not arrive. */
async function attach(page: Page, url: string) {
  await page.goto(url)
  await field(page).fill('What do these say?')
  await page.route('**/api/uploads?name=minutes*', (route) => route.abort())
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach files' }).click()
  await (await choosing).setFiles([
    { name: 'harbour.png', mimeType: 'image/png', buffer: photo },
    { name: 'report-q3.pdf', mimeType: 'application/pdf', buffer: report },
    { name: 'minutes.docx', mimeType: '', buffer: Buffer.from('x') },
    { name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from(sales) },
  ])
  await page.getByText('The server was not reached.').waitFor()
  await page.getByText('does not see images').waitFor()
  return async () => {
    for (const name of ['harbour.png', 'report-q3.pdf', 'minutes.docx', 'sales.csv'])
      await page.getByRole('button', { name: `Remove ${name}` }).click()
    await field(page).fill('')
  }
}

export const attachmentStage = defineStage(prepare, {
  'attachments-draft': (page, { url }) => attach(page, url),
  async 'attachments-archive'(page, { url }) {
    await page.goto(url)
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Attach files' }).click()
    await (await choosing).setFiles({
      name: 'basket.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex'),
    })
    await page.getByRole('button', { name: 'Open as a project' }).waitFor()
    return async () => page.getByRole('button', { name: /^Remove .*zip$/ }).click()
  },
  async 'attachments-drop'(page, { url }) {
    await page.goto(url)
    await field(page).fill('')
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['x'], 'x'))
      document.body.dispatchEvent(new DragEvent('dragenter', { bubbles: true, dataTransfer }))
    })
    await page.getByText('Drop to attach').waitFor()
    return undefined
  },
  async 'attachments-asked'(page, { url, asked }) {
    await openChat(page, url, asked)
    await questions(page).first().getByRole('img', { name: 'harbour.png' }).waitFor()
    return undefined
  },
  async 'attachments-cut'(page, { url, long }) {
    await openChat(page, url, long)
    await page.getByText('did not fit: the model was given the first').waitFor()
    return undefined
  },
})
