import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'

const program = join(import.meta.dirname, '../../server.ts')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reynard-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The real server in a process of its own. Resolves when that has ended, as it should: all its words and its exit code. */
async function start(settings: Record<string, string>): Promise<{ code: number | null; words: string }> {
  const { PATH, HOME, TMPDIR } = process.env
  const own = { PORT: '0', REYNARD_DATA_DIR: join(folder, 'data'), REYNARD_STARTER: 'off', OLLAMA_ENABLED: 'false' }
  const env = { PATH, HOME, TMPDIR, NODE_ENV: 'production' as const, ...own, ...settings }
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      words += chunk.toString()
    })
  }
  const [code] = await once(child, 'close')
  return { code, words }
}

async function expectSentence(settings: Record<string, string>, sentence: RegExp): Promise<void> {
  const { code, words } = await start(settings)
  expect(words).toMatch(sentence)
  expect(words.trimEnd().split('\n')).toHaveLength(1)
  expect(code).toBe(1)
}

function makeDatabase(statements: string): void {
  mkdirSync(join(folder, 'data'))
  const database = new DatabaseSync(join(folder, 'data', 'reynard.db'))
  database.exec(statements)
  database.close()
}

test.each([
  [{ PORT: '80a' }, /^PORT is "80a", but it must be a whole number/],
  [{ REYNARD_ENGINE: 'gpt' }, /^REYNARD_ENGINE is "gpt", but it must be one of auto, /],
  [{ REYNARD_SETUP_CODE: 'short' }, /^REYNARD_SETUP_CODE is set to something else, but it must be at least 26/],
  [{ DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/x' }, /^Postgres does not answer .*DATABASE_URL names it\.$/m],
])('%o ends the start with one sentence', expectSentence)

test('a taken port is named, with another one', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await expectSentence({ PORT: String(port) }, new RegExp(`^Port ${port} is taken .*PORT=${port + 1} npm start`))
  other.close()
  other.closeAllConnections()
})

test('a port that Reynard itself has is said with the address to open', async () => {
  const first = createServer((_req, res) => res.end(JSON.stringify({ name: 'reynard', status: 'ok', version: '1' })))
  await once(first.listen(0, '127.0.0.1'), 'listening')
  const { port } = first.address() as AddressInfo
  await expectSentence({ PORT: String(port) }, new RegExp(`^Reynard runs already: open http://localhost:${port}\\.`))
  first.close()
})

test('a data folder that is a file is named, with its setting', async () => {
  writeFileSync(join(folder, 'data'), '')
  await expectSentence({}, /^The data folder .* can't be used: .*Set REYNARD_DATA_DIR/)
})

test('a database of a newer Reynard is left alone', async () => {
  makeDatabase(`create table schema_migrations (version integer, name text, applied_at integer);
    insert into schema_migrations values (99, 'future', 1)`)
  await expectSentence({}, /^The data was written by a newer Reynard \(schema 99;/)
})

test('a file that is no database is named, with the way out', async () => {
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data', 'reynard.db'), 'no database at all, '.repeat(100))
  await expectSentence({}, /^The database .*reynard\.db is damaged or is not a database .*npm run restore/)
})

test('a misspelt setting is named before anything else', async () => {
  const { words } = await start({ REYNARD_DATADIR: '/elsewhere', PORT: '80a' })
  expect(words).toMatch(
    /REYNARD_DATADIR in the environment is no setting and is ignored\. Did you mean REYNARD_DATA_DIR\?/,
  )
})
