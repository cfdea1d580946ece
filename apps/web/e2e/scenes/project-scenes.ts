import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { request } from '../assistant-page.ts'
import { makeGitProject, upload, zipOf } from '../git-project.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { answerBySteps, toolCall } from './answer-by-steps.ts'
import { createAsker, defineStage, openChat } from './stage.ts'

const sum = 'def total(prices, discount):\n    return sum(prices) - discount\n'
const edits = [{ old_text: 'sum(prices) - discount', new_text: 'max(0, sum(prices) - discount)' }]
const commit = { message: 'Never let a discount make a total negative\n\nA voucher above the basket paid money out.' }

/** What each question is answered with, step by step. */
const steps: Record<string, FakeAnswer[]> = {
  'Mend the negative total': [
    { toolCalls: [toolCall('git_log')] },
    { toolCalls: [toolCall('edit_file', { path: 'shop/basket.py', edits })] },
    {
      toolCalls: [toolCall('write_file', { path: 'tests/test_basket.py', content: 'from shop.basket import total\n' })],
    },
    { toolCalls: [toolCall('git_status')] },
    { toolCalls: [toolCall('git_diff')] },
    { toolCalls: [toolCall('git_commit', commit)] },
    { text: 'A discount stops at zero now, and the commit is on the branch.' },
  ],
}

async function prepare() {
  const base = mkdtempSync(join(tmpdir(), 'scenes-projects-'))
  chmodSync(base, 0o755)
  const folder = makeGitProject(join(base, 'basket'), { 'shop/basket.py': sum }, 'Add up a basket')
  const model = await startFakeOllama({
    models: ['qwen3:8b'],
    parallel: 8,
    answer: answerBySteps(steps),
  })
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  const asker = createAsker(reynard.url)
  const { project } = asker.client.trpc.assistant
  await asker.client.trpc.admin.updateSettings.mutate({ titles: false })

  const uploadId = await upload(reynard.url, zipOf(folder), 'basket.zip')
  const work = async (conversationId: string, yeses: number) =>
    asker.allow(await asker.send('Mend the negative total', { conversationId, assistant: 'codewolf' }), yeses)
  const { id: folderId } = await project.registerFolder.mutate({ path: folder })
  const done = await work(await asker.bring({ kind: 'zip', uploadId }), 3)
  const asking = await work(await asker.bring({ kind: 'folder', folderId }), 2)
  // What can be judged at once makes no chat; that an archive is broken is found when it is opened.
  const broken = join(base, 'warehouse.zip')
  writeFileSync(broken, 'PK\x03\x04 and no more')
  const brokenId = await upload(reynard.url, broken, 'warehouse.zip')
  const notBrought = await asker.bring({ kind: 'zip', uploadId: brokenId })
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
    rmSync(base, { recursive: true, force: true })
  }
  return { url: reynard.url, done, asking, notBrought, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

async function openDialog(page: Page, { url }: Props, way?: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('button', { name: 'Add a project' }).click()
  await page.getByRole('dialog').waitFor()
  if (way !== undefined) await page.getByRole('radio', { name: way }).click()
}

/** Real code in a chat: the ways in, the page of folders, version control in the answer, and its commits on the way out. */
export const projectStage = defineStage<Props>(prepare, {
  async 'bring-project'(page, props) {
    await openDialog(page, props)
    return undefined
  },
  async 'bring-project-folder'(page, props) {
    await openDialog(page, props, 'Folder')
    await page.getByRole('button', { name: /^Work in / }).waitFor()
    return undefined
  },
  async 'project-version-control'(page, { url, done }) {
    await openChat(page, url, done)
    await page.getByText('A discount stops at zero now').waitFor()
    return undefined
  },
  async 'project-commits'(page, { url, done }) {
    await openChat(page, url, done)
    await page.getByRole('button', { name: 'Project basket' }).click()
    await page.getByRole('link', { name: 'As a patch' }).waitFor()
    return undefined
  },
  async 'project-asks-to-commit'(page, { url, asking }) {
    await openChat(page, url, asking)
    await request(page).waitFor()
    return undefined
  },
  async 'project-not-brought'(page, { url, notBrought }) {
    await page.goto(`${url}/chat/${notBrought}`)
    await page.getByRole('button', { name: 'Project warehouse, Could not be added' }).click()
    await page.getByRole('button', { name: 'Add another' }).waitFor()
    return undefined
  },
  async 'settings-projects'(page, { url }) {
    await page.goto(`${url}/settings/projects`)
    await page.getByRole('button', { name: /off the list$/ }).waitFor()
    return undefined
  },
})
