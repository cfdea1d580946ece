import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { request } from '../assistant-page.ts'
import { makeGitProject, upload, zipOf } from '../git-project.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { toolCall } from './answer-by-steps.ts'
import { createAsker, defineStage, openChat } from './stage.ts'

const files = {
  'docs/discounts.md': '# Discounts\n\nA voucher never pays money out.\nA discount stops at zero.\n',
  'shop/basket.py':
    'def total(prices, discount):\n    return sum(prices) - discount\n\n\ndef count(prices):\n    return len(prices)\n',
  'shop/draft.txt': 'Ask Ada about vouchers.\n',
}
const program = `from pathlib import Path
basket = Path('shop/basket.py')
basket.write_text(basket.read_text().replace('sum(prices) - discount', 'max(0, sum(prices) - discount)'))
Path('shop/__init__.py').write_text('')
print('One function mended')`

/** What each question is answered with, step by step. */
const steps: Record<string, FakeAnswer[]> = {
  'Tidy the folder up': [
    { toolCalls: [toolCall('list_files')] },
    { toolCalls: [toolCall('search_files', { pattern: 'discount', glob: '**/*.{py,md}', context: 1 })] },
    { toolCalls: [toolCall('read_file', { path: 'docs/discounts.md' })] },
    { toolCalls: [toolCall('move_file', { from: 'docs/discounts.md', to: 'shop/README.md' })] },
    { toolCalls: [toolCall('delete_file', { path: 'shop/draft.txt' })] },
    { text: 'The rules of discounts lie beside the code now, and the draft is gone.' },
  ],
  'Who wrote the total?': [
    { toolCalls: [toolCall('git_blame', { path: 'shop/basket.py' })] },
    { toolCalls: [toolCall('git_branch', { action: 'create', name: 'never-negative' })] },
    { toolCalls: [toolCall('git_branch')] },
    { text: 'Ada did, in the first commit. There is a branch for the change.' },
  ],
  'Mend the total by a program': [
    { toolCalls: [toolCall('run_python', { code: program })] },
    // Which copy it is stands in the result of the run.
    {},
    { text: 'A discount stops at zero now.' },
  ],
}

const copyNamed = /copy ["“`]?([\w-]+)["”`]?/i

async function prepare() {
  const base = mkdtempSync(join(tmpdir(), 'scenes-files-'))
  // Programs of tools may run as somebody else, who must get there.
  chmodSync(base, 0o755)
  const folder = makeGitProject(join(base, 'basket'), files, 'Add up a basket')
  const model = await startFakeOllama({
    models: ['qwen3-coder:30b'],
    parallel: 8,
    answer: ({ messages, prompt }) => {
      const results = messages.slice(messages.findLastIndex(({ role }) => role === 'user'))
      const told = results.filter(({ role }) => role === 'tool')
      if (prompt !== 'Mend the total by a program' || told.length !== 1) return steps[prompt]?.[told.length]
      return { toolCalls: [toolCall('apply_changes', { copy: copyNamed.exec(told[0]?.content ?? '')?.[1] ?? '' })] }
    },
  })
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  const asker = createAsker(reynard.url)
  const { admin, assistant } = asker.client.trpc
  await admin.updateSettings.mutate({ titles: false })
  const ask = (text: string, conversationId: string) => asker.send(text, { conversationId, assistant: 'codewolf' })
  const archive = zipOf(folder)
  const bringZip = async () => asker.bring({ kind: 'zip', uploadId: await upload(reynard.url, archive, 'basket.zip') })
  const tidied = await asker.allow(await ask('Tidy the folder up', await bringZip()))
  const history = await asker.allow(await ask('Who wrote the total?', await bringZip()))
  const { id: folderId } = await assistant.project.registerFolder.mutate({ path: folder })
  const registered = await asker.bring({ kind: 'folder', folderId })
  const asking = await asker.allow(await ask('Mend the total by a program', registered), 1)
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
    rmSync(base, { recursive: true, force: true })
  }
  return { url: reynard.url, tidied, history, asking, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

/** Files and version control in the answer: found, listed, read, moved, deleted, applied; who wrote what, and branches. */
export const fileStage = defineStage<Props>(prepare, {
  'rows-files': async (page, { url, tidied }) => {
    await openChat(page, url, tidied)
    await page.getByText('beside the code now').waitFor()
    for (const name of [/^Listed files/, /^Searched files/, /^Read docs/, /^Moved/, /^Deleted/])
      await page.getByRole('button', { name }).click()
    return undefined
  },
  'rows-history': async (page, { url, history }) => {
    await openChat(page, url, history)
    await page.getByText('Ada did, in the first commit.').waitFor()
    return undefined
  },
  'rows-apply-asks': async (page, { url, asking }) => {
    await openChat(page, url, asking)
    await request(page).locator('button:not([aria-disabled])', { hasText: 'Approve' }).waitFor()
    return undefined
  },
})
