import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSandbox } from '@reynard/sandbox'
import { median, type Row } from '../table.ts'
import type { BenchPlace } from './place.ts'

const csvRows = 500_000
const searchedFiles = 50_000
/** By then a spare worker has loaded its engine, also on a slow machine. */
const warmMs = 600

/** The tools of issue 4, one after the other, each against its goal. */
export async function measureWalls(place: BenchPlace, times: number): Promise<Row[]> {
  const { call, workspace, git } = place
  const row = (what: string, goal: number, measured: number): Row => ({
    what,
    goal,
    measured,
    better: 'lower',
    unit: 'ms',
    digits: goal < 10 ? 2 : 0,
  })
  const rows: Row[] = []

  rows.push(row('JavaScript, cold', 120, await medianOf(Math.min(times, 8), coldJavaScript(workspace.root))))
  const code = '[1, 2, 3].map((n) => n * 2)'
  await call('run_javascript', { code })
  const warm = async () => {
    await sleep(warmMs)
    return await timed(() => call('run_javascript', { code }))
  }
  rows.push(row('JavaScript, from the spare worker', 20, await medianOf(Math.min(times, 8), warm)))

  rows.push(row('Python, bare', 60, await medianOf(times, () => timed(() => call('run_python', { code: '1 + 1' })))))
  const pandas = 'import pandas as pd\nint(pd.Series([1, 2]).sum())'
  rows.push(
    row('Python with pandas', 450, await medianOf(times, () => timed(() => call('run_python', { code: pandas })))),
  )

  writeFileSync(join(workspace.root, 'sales.csv'), salesCsv())
  const sql = 'SELECT month(day) AS month, channel, sum(total) AS total FROM sales GROUP BY ALL ORDER BY ALL'
  const query = () => timed(() => call('query_data', { sql, files: ['sales.csv'] }))
  rows.push(row('SQL over a CSV of 500,000 rows', 450, await medianOf(times, query)))
  await workspace.discard('sales.csv')

  for (let index = 0; index < 300; index++) writeFileSync(join(workspace.root, `note-${index}.md`), `# Note ${index}\n`)
  await git.commit({ message: 'Notes', author: { name: 'Bench', email: 'bench@example.org' } })
  writeFileSync(join(workspace.root, 'note-7.md'), 'changed\n')
  rows.push(row('git status of 300 files', 20, await medianOf(times, () => timed(() => git.status()))))
  rows.push(
    row('Reading a file', 1, await medianOf(times * 20, () => timed(() => call('read_file', { path: 'note-1.md' })))),
  )

  for (let index = 0; index < searchedFiles; index++) {
    if (index % 1000 === 0) mkdirSync(join(workspace.root, `many/${index / 1000}`), { recursive: true })
    const text = index === 41_999 ? 'the fox is here\n' : `line one of ${index}\nline two\n`
    writeFileSync(join(workspace.root, `many/${Math.floor(index / 1000)}/file-${index}.txt`), text)
  }
  const search = () => timed(() => call('search_files', { pattern: 'the fox is (here|there)' }))
  rows.push(row('Search over 50,000 files', 1000, await medianOf(Math.min(times, 5), search)))
  return rows
}

/** In a sandbox of its own, so that neither engine nor worker is there yet. */
function coldJavaScript(workspace: string) {
  return async () => {
    const sandbox = await createSandbox()
    const session = sandbox.open({ owner: 'bench', workspace, levels: ['L1'], languages: ['javascript'] })
    const took = await timed(() => session.runJavaScript({ code: '6 * 7', language: 'javascript' }))
    await sandbox.close()
    return took
  }
}

function salesCsv(): string {
  const channels = ['web', 'shop', 'phone']
  const day = (index: number) =>
    `2026-${String((index % 12) + 1).padStart(2, '0')}-${String((index % 28) + 1).padStart(2, '0')}`
  const lines = Array.from(
    { length: csvRows },
    (_, index) => `${index},${day(index)},${channels[index % 3]},${((index * 7919) % 10_007) / 100}`,
  )
  return ['id,day,channel,total', ...lines].join('\n')
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function medianOf(times: number, measure: () => Promise<number>): Promise<number> {
  const found: number[] = []
  for (let time = 0; time < times; time++) found.push(await measure())
  return median(found)
}
