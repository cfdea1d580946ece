import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { wallsHere } from '../../testing/walls-here.ts'
import { whileAlive } from '../../testing/while-alive.ts'
import { describeData } from './describe-data.ts'
import { queryData } from './query-data.ts'

/** The hostile inputs 43 to 63: SQL and files of data, each through the tool itself. */
const { L3 } = (await wallsHere()).levels

const canary = `canary-${randomUUID()}`
const hits: string[] = []
// Its connections stay open: making a file of 100 MB holds this process up for longer than idle ones are kept.
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  if (request.url !== '/health') hits.push(request.url ?? '')
  response.end('a,b\n1,2\n')
})
let kit: ToolKit
let port = 0
/** DuckDB without walls and locks: shows what they are for. */
let bare: DuckDBConnection
const secret = () => join(kit.home, 'beside', 'canary.csv')

beforeAll(async () => {
  kit = await openToolKit()
  process.env.SECRET_CANARY = canary
  writeFileSync(secret(), `secret\n${canary}\n`)
  await kit.workspace.write('sales.csv', 'day,total\n1,10\n2,20\n')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  bare = await (await DuckDBInstance.create(':memory:')).connect()
})
afterAll(async () => {
  delete process.env.SECRET_CANARY
  bare.closeSync()
  await new Promise((resolve) => server.close(resolve))
  await kit.close()
})

/** Ends one way or the other while this process answers and stays small; gives back the words that came out. */
async function contain(call: () => Promise<unknown>): Promise<string> {
  const words = await whileAlive(`http://127.0.0.1:${port}/health`, () =>
    (async () => await call())().then(
      (output) => `done ${JSON.stringify(output)}`,
      (error: Error & { code?: string }) => `failed ${error.code ?? ''} ${error.message}`,
    ),
  )
  expect(words).not.toContain(canary)
  expect(words).not.toContain(kit.home)
  return words
}

const query = (sql: string, files = ['sales.csv']) => contain(() => kit.call(queryData, { sql, files }))
const works = async () =>
  expect(await query('SELECT sum(total) AS t FROM sales')).toContain('"content":"1 row.\\nt\\n30"')

describe.skipIf(!L3.available)('hostile SQL', () => {
  test('unwalled, the same SQL reads what it likes', async () => {
    const rows = await (await bare.run(`SELECT * FROM read_text('${secret()}')`)).getRowsJson()
    expect(JSON.stringify(rows)).toContain(canary)
    await bare.run(`COPY (SELECT 1) TO '${join(kit.home, 'beside', 'out.csv')}'`)
    expect(existsSync(join(kit.home, 'beside', 'out.csv'))).toBe(true)
    expect((await fetch(`http://127.0.0.1:${port}/control`)).ok).toBe(true)
    expect(hits.splice(0)).toEqual(['/control'])
  })

  const readers: [string, () => string][] = [
    ['43 read_text', () => `SELECT * FROM read_text('${secret()}')`],
    ['43 read_csv of the workspace', () => "SELECT * FROM read_csv('/workspace/sales.csv')"],
    ['43 glob', () => "SELECT * FROM glob('/**')"],
    ['43 read_blob of the environment', () => "SELECT * FROM read_blob('/proc/self/environ')"],
    ['43 sniff_csv', () => `SELECT * FROM sniff_csv('${secret()}')`],
    ['43 parquet_metadata', () => `SELECT * FROM parquet_metadata('${secret()}')`],
    ['44 a file as a table', () => "FROM '/etc/passwd'"],
    ['48 http', () => `FROM read_csv('http://127.0.0.1:${port}/x.csv')`],
    ['50 query()', () => "FROM query('SELECT * FROM read_text(''/etc/passwd'')')"],
  ]
  test.each(readers)('%s reads nothing', async (_, sql) => {
    expect(await query(sql())).toMatch(/^failed/)
    expect(hits).toEqual([])
    await works()
  })

  const changers = [
    ['45 COPY', "COPY sales TO '/workspace/x.csv'"],
    ['45 EXPORT', "EXPORT DATABASE '/workspace/x'"],
    ['46 ATTACH', "ATTACH '/workspace/x.db'"],
    ['46 ATTACH in memory', "ATTACH ':memory:' AS other"],
    ['47 INSTALL', 'INSTALL httpfs'],
    ['47 LOAD', 'LOAD httpfs'],
    ['47 both', 'INSTALL httpfs; LOAD httpfs'],
    ['49 SET', 'SET enable_external_access = true'],
    ['49 RESET', 'RESET enable_external_access'],
    ['49 the lock', 'SET lock_configuration = false'],
    ['51 PREPARE', "PREPARE p AS SELECT * FROM read_text($1); EXECUTE p('/etc/passwd')"],
    ['52 two statements', 'SELECT 1; DROP TABLE sales'],
    ['52 DROP alone', 'DROP TABLE sales'],
    ['52 INSERT', 'INSERT INTO sales VALUES (1, 1)'],
    ['52 CREATE MACRO', "CREATE MACRO m() AS TABLE FROM read_text('/etc/passwd')"],
    ['52 CHECKPOINT', 'CHECKPOINT'],
    ['52 nothing', '   -- nothing'],
  ] as const
  test.each(changers)('%s is refused', async (_, sql) => {
    expect(await query(sql)).toMatch(/^failed {2}(?:Only SELECT|Give exactly one)|^failed denied a query reads only/)
    expect(existsSync(join(kit.workspace.root, 'x.csv'))).toBe(false)
  })

  test('49 PRAGMA of a setting changes none', async () => {
    expect(await query("PRAGMA memory_limit='99GB'")).toMatch(/^failed/)
    expect(await query("SELECT current_setting('enable_external_access') AS s")).toContain('false')
  })

  test('47 getenv and settings tell nothing of the server', async () => {
    expect(await query("SELECT getenv('SECRET_CANARY')")).toMatch(/^failed/)
    expect(await query('SELECT name, value FROM duckdb_settings()')).toMatch(/^done/)
  })
})

describe.skipIf(!L3.available)('SQL that does not end or does not fit', () => {
  const monsters = [
    ['53 json_structure', "SELECT json_structure(repeat('[', 90000) || repeat(']', 90000))"],
    [
      '54 json_merge_patch',
      "SELECT json_merge_patch(repeat('{\"a\":', 20000) || '1' || repeat('}', 20000), repeat('{\"a\":', 20000) || '1' || repeat('}', 20000))",
    ],
    ['55 lpad', "SELECT lpad('x', 2000000000, 'y')"],
    ['56 format', "SELECT format('{:2000000000d}', 1)"],
    ['57 repeat', "SELECT repeat(repeat('x', 100000), 100000)"],
    ['60 unnest', 'SELECT unnest(range(1000000000))'],
  ] as const
  test.each(monsters)(
    '%s ends, and the next call works',
    async (_, sql) => {
      const words = await query(sql)
      expect(words.length).toBeLessThan(5_000)
      expect(words).toMatch(/^failed|json_merge_patch/)
      await works()
    },
    60_000,
  )

  test('54 json_deep_merge is not in this DuckDB: where it comes, it belongs beside json_merge_patch', async () => {
    expect(await query("SELECT json_deep_merge('{}', '{}')")).toMatch(/^failed .*does not exist/)
  })

  test('58 a recursion without end is ended by Stop at once', async () => {
    const cancel = new AbortController()
    const endless = 'WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r'
    const sandbox = kit.session.openSandbox({ levels: ['L3'], languages: [] })
    const call = queryData.execute(
      { sql: endless, files: ['sales.csv'] },
      { session: kit.session, sandbox, signal: cancel.signal, timeoutMs: 30_000, print: () => {} },
    )
    cancel.abort()
    await expect(call).rejects.toMatchObject({ code: 'aborted' })
    await works()
  })

  test('59 ten million rows are capped, and so is what is kept of them', async () => {
    const words = await query('SELECT * FROM range(10000000)')
    expect(words).toContain('More than 200000 rows, the first 100 are here. The first 200000 are in output/query-')
    expect(words).toContain('"totalRows":200000')
    await kit.workspace.discard('output')
  })

  test('61 a list of 500,000 values', async () => {
    const list = Array.from({ length: 500_000 }, (_, index) => index).join()
    const sql = `SELECT count(*) AS n FROM sales WHERE total IN (${list})`
    expect(await query(sql)).toMatch(/^failed .*too_big/s)
    expect(await query('SELECT count(*) AS n FROM sales WHERE total IN (SELECT range FROM range(500000))')).toContain(
      'n\\n2',
    )
  })
})

describe.skipIf(!L3.available)('hostile files', () => {
  const describeFile = (path: string) => contain(() => kit.call(describeData, { path }))

  test('62 formulas, markup and NUL are words', async () => {
    await kit.workspace.write('cells.csv', 'a,b\n"=cmd|\'/c calc\'!A1",<script>alert(1)</script>\nnul\u0000in,x\n')
    expect(await describeFile('cells.csv')).toContain('<script>alert(1)</script>')
    expect(await query('SELECT a FROM cells', ['cells.csv'])).toContain("=cmd|'/c calc'!A1")
  })

  test('62 a million columns, and a field of 100 MB', async () => {
    const wide = Array.from({ length: 1_000_000 }, (_, index) => `c${index}`).join()
    writeFileSync(join(kit.workspace.root, 'wide.csv'), `${wide}\n${wide}\n`)
    expect(await describeFile('wide.csv')).toMatch(/^(?:done|failed)/)
    writeFileSync(join(kit.workspace.root, 'long.csv'), `a,b\n"${'x'.repeat(100_000_000)}",1\n`)
    expect(await describeFile('long.csv')).toMatch(/^(?:done|failed)/)
    for (const name of ['wide.csv', 'long.csv']) rmSync(join(kit.workspace.root, name))
    await works()
  }, 180_000)

  test('63 Parquet that is cut off or noise', async () => {
    const path = join(kit.home, 'beside', 'whole.parquet')
    await bare.run(`COPY (SELECT range AS n, 'x' || range AS words FROM range(5000)) TO '${path}'`)
    const whole = readFileSync(path)
    await kit.workspace.write('whole.parquet', whole)
    expect(await describeFile('whole.parquet')).toMatch(/^done .*5000 rows, 2 columns/)
    await kit.workspace.write('cut.parquet', whole.subarray(0, whole.length / 2))
    expect(await describeFile('cut.parquet')).toMatch(/^failed/)
    const noise = Buffer.from(whole)
    for (let at = 4; at < noise.length - 8; at += 7) noise[at] = (noise[at] ?? 0) ^ 0x5a
    await kit.workspace.write('noise.parquet', noise)
    expect(await describeFile('noise.parquet')).toMatch(/^(?:failed|done)/)
  })

  test('63 a link to another workspace leads nowhere', async () => {
    symlinkSync(secret(), join(kit.workspace.root, 'link.csv'))
    expect(await describeFile('link.csv')).toMatch(/^failed/)
    expect(await query('SELECT * FROM link', ['link.csv'])).toMatch(/^failed/)
    // A link that is loaded because all files are: it is not.
    expect(await contain(() => kit.call(queryData, { sql: 'SELECT * FROM link' }))).toMatch(/^failed/)
  })
})
