import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { request } from '../assistant-page.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { answerBySteps, toolCall } from './answer-by-steps.ts'
import { type Asked, createAsker, defineStage, openChat } from './stage.ts'

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

function makeProject(base: string): string {
  const folder = join(base, 'basket')
  mkdirSync(join(folder, 'shop'), { recursive: true })
  writeFileSync(join(folder, 'shop/basket.py'), sum)
  const who = ['-c', 'safe.directory=*', '-c', 'user.name=Ada Lovelace', '-c', 'user.email=ada@example.org']
  const env = { PATH: '/usr/bin:/bin', HOME: base, GIT_CONFIG_NOSYSTEM: '1', NODE_ENV: 'test' as const }
  const git = (...args: string[]) => execFileSync('git', [...who, ...args], { cwd: folder, env })
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('commit', '-q', '-m', 'Add up a basket')
  return folder
}

async function prepare() {
  const base = mkdtempSync(join(tmpdir(), 'scenes-projects-'))
  chmodSync(base, 0o755)
  const folder = makeProject(base)
  const model = await startFakeOllama({
    models: ['qwen3:8b'],
    parallel: 8,
    answer: answerBySteps(steps),
  })
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  const asker = createAsker(reynard.url)
  const { project } = asker.client.trpc.assistant
  await asker.client.trpc.admin.updateSettings.mutate({ titles: false })

  const code = "import shutil,sys\nshutil.make_archive(sys.argv[1],'zip',*sys.argv[1].rsplit('/',1))"
  execFileSync('python3', ['-c', code, folder])
  const uploaded = await fetch(`${reynard.url}/api/uploads?name=basket.zip`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(readFileSync(`${folder}.zip`)),
  })
  const { id: uploadId }: { id: string } = JSON.parse(await uploaded.text())
  const bring = async (source: Parameters<typeof project.bring.mutate>[0]['source']) => {
    const { conversationId } = await project.bring.mutate({ conversationId: null, assistant: 'codewolf', source })
    while ((await project.of.query({ conversationId }))?.state === 'importing') await new Promise(setImmediate)
    return conversationId
  }
  /** Says yes to the first calls that ask. */
  const work = async (conversationId: string, yeses: number): Promise<Asked> => {
    const asked = await asker.client.trpc.chat.send.mutate({
      key: crypto.randomUUID(),
      conversationId,
      parentId: null,
      text: 'Mend the negative total',
      settings: { assistant: 'codewolf' },
    })
    let left = yeses
    for await (const event of asker.client.followRun(asked.runId)) {
      if (event.type !== 'approval-request') continue
      if (left-- === 0) break
      const { callId } = event
      await asker.client.trpc.chat.decide.mutate({ runId: asked.runId, callId, decision: 'approved' })
    }
    return asked
  }
  const { id: folderId } = await project.registerFolder.mutate({ path: folder })
  const done = await work(await bring({ kind: 'zip', uploadId }), 3)
  const asking = await work(await bring({ kind: 'folder', folderId }), 2)
  const notBrought = await bring({ kind: 'git', url: 'https://127.0.0.1/warehouse' })
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
  await page.getByRole('button', { name: 'Bring a project' }).click()
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
    await page.getByRole('button', { name: 'Project warehouse, Not brought' }).click()
    await page.getByRole('button', { name: 'Bring another' }).waitFor()
    return undefined
  },
  async 'settings-projects'(page, { url }) {
    await page.goto(`${url}/settings/projects`)
    await page.getByRole('button', { name: /off the list$/ }).waitFor()
    return undefined
  },
})
