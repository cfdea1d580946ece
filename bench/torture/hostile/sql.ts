import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TOOLS } from '@reynard/agent'
import { openBareDuckDb, openToolKit } from '@reynard/agent/testing'
import { below, chance, pick, type Random, size, wrap } from './chance.ts'
import { type HostileGroup, isInWords } from './group.ts'

/** Of one query; the tool's own deadline is 30 s, which is its tests' matter. */
const longestMs = 4_000

type Where = { outside: string; port: number }
const quote = (text: string) => `'${text.replaceAll("'", "''")}'`
const target = (random: Random, { outside, port }: Where) =>
  pick(random, [
    join(outside, 'canary'),
    `file://${join(outside, 'canary')}`,
    '/etc/passwd',
    '/proc/self/environ',
    '/proc/1/environ',
    '/workspace/../canary',
    '../canary',
    'link.csv',
    `http://127.0.0.1:${port}/x.csv`,
    `http://localhost:${port}/x.parquet`,
    's3://bucket/x',
    '/**',
  ])
/** A text without its being written down: what looks for words does not find it. */
const spelled = (random: Random, text: string) =>
  pick(random, [
    () => quote(text),
    () => `(${[...text].map((letter) => `chr(${letter.codePointAt(0)})`).join('||')})`,
    () => `concat(${quote(text.slice(0, 3))}, ${quote(text.slice(3))})`,
    () => `reverse(${quote([...text].reverse().join(''))})`,
    () => `$$${text}$$`,
  ])()

const readers: readonly ((random: Random, where: Where) => string)[] = [
  (random, where) =>
    `SELECT * FROM ${pick(random, ['read_text', 'read_blob', 'read_csv', 'read_csv_auto', 'read_json', 'read_json_auto', 'read_ndjson', 'read_parquet', 'parquet_scan', 'parquet_metadata', 'parquet_schema', 'sniff_csv', 'glob'])}(${spelled(random, target(random, where))})`,
  (random, where) => `FROM ${quote(target(random, where))}`,
  (random, where) => `SELECT * FROM query(${spelled(random, `FROM read_text(${quote(target(random, where))})`)})`,
  (random, where) => `SELECT * FROM query_table(${quote(target(random, where))})`,
  (random) => `SELECT getenv(${spelled(random, 'REYNARD_HOSTILE_CANARY')})`,
  (random, where) =>
    `${pick(random, ['COPY sales TO', 'COPY (SELECT 1) TO', 'EXPORT DATABASE', 'IMPORT DATABASE', 'ATTACH', 'COPY sales FROM'])} ${quote(target(random, where))}`,
  (random) =>
    `${pick(random, ['INSTALL', 'LOAD', 'FORCE INSTALL'])} ${pick(random, ['httpfs', 'sqlite', 'postgres', "'/workspace/x'"])}`,
  (random) =>
    `${pick(random, ['SET', 'SET GLOBAL', 'PRAGMA'])} ${pick(random, ['enable_external_access', 'lock_configuration', 'memory_limit', 'allowed_directories', 'temp_directory', 'threads', 'allow_unsigned_extensions'])} = ${pick(random, ['true', 'false', "'99GB'", "['/']", "'/tmp'", '64'])}`,
  (random) => `RESET ${pick(random, ['enable_external_access', 'lock_configuration', 'memory_limit'])}`,
  (random, where) => `PREPARE p AS SELECT * FROM read_text($1); EXECUTE p(${quote(target(random, where))})`,
  (random, where) => `CREATE MACRO m() AS TABLE FROM read_text(${quote(target(random, where))})`,
  () => 'SELECT 1; DROP TABLE sales',
  () => 'DELETE FROM sales',
  () => 'CALL pragma_database_list()',
  () => 'SELECT * FROM duckdb_secrets()',
  () => 'FROM which_secret($$s3://x$$, $$s3$$)',
]
const monsters: readonly ((random: Random) => string)[] = [
  (random) => `SELECT json_structure(repeat('[', ${size(random) % 200_000}) || repeat(']', ${size(random) % 200_000}))`,
  (random) => {
    const deep = `(repeat('{"a":', ${below(random, 40_000)}) || '1' || repeat('}', 20000))`
    return `SELECT json_merge_patch(${deep}, ${deep})`
  },
  (random) => `SELECT lpad('x', ${size(random) % 3e9}, 'y')`,
  (random) => `SELECT format('{:${size(random) % 3e9}d}', 1)`,
  (random) => `SELECT repeat(repeat('x', ${below(random, 1e6)}), ${below(random, 1e6)})`,
  () => 'WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n+1 FROM r) SELECT max(n) FROM r',
  (random) => `SELECT unnest(range(${size(random)}))`,
  (random) => `SELECT * FROM range(${size(random)}) a, range(${size(random)}) b`,
  (random) => `SELECT list_sort(range(${size(random)}))`,
  (random) => `SELECT regexp_matches(repeat('a', ${below(random, 1e6)}), '^(a+)+$')`,
  (random) => `SELECT ${'('.repeat(below(random, 4_000))}1`,
  (random) =>
    `SELECT count(*) FROM sales WHERE total IN (${Array.from({ length: below(random, 4_000) }, (_, at) => at).join()})`,
]
const wraps: readonly ((sql: string) => string)[] = [
  (sql) => `SELECT * FROM (${sql}) AS inner_query`,
  (sql) => `WITH hidden AS (${sql}) SELECT * FROM hidden`,
  (sql) => `SELECT total FROM sales UNION ALL (${sql})`,
  (sql) => `/* SELECT */ ${sql} -- ; SELECT`,
  (sql) => `EXPLAIN ANALYZE ${sql}`,
  (sql) => `SELECT (${sql})`,
  (sql) => `FROM query(${quote(sql)})`,
  (sql) => sql.replaceAll(' ', '\n\t'),
  (sql) => `;${sql};`,
]

/** A file that is nearly one of data. */
function varyFile(random: Random, parquet: Buffer): { path: string; bytes: Buffer } {
  const path = `file-${below(random, 1e9)}`
  const flipped = (bytes: Buffer) => {
    const copy = Buffer.from(bytes)
    for (let at = below(random, 20); at < copy.length; at += 1 + below(random, 60)) copy[at] = below(random, 256)
    return copy
  }
  const noise = Buffer.from(Array.from({ length: below(random, 5_000) }, () => below(random, 256)))
  return pick(random, [
    () => ({ path: `${path}.parquet`, bytes: parquet.subarray(0, below(random, parquet.length)) }),
    () => ({ path: `${path}.parquet`, bytes: flipped(parquet) }),
    () => ({ path: `${path}.parquet`, bytes: Buffer.concat([Buffer.from('PAR1'), noise, Buffer.from('PAR1')]) }),
    () => ({ path: `${path}.csv`, bytes: noise }),
    () => ({ path: `${path}.csv`, bytes: Buffer.from(`${'a,'.repeat(below(random, 20_000))}b\n`) }),
    () => ({ path: `${path}.csv`, bytes: Buffer.from(`a,b\n"${'x'.repeat(below(random, 400_000))}`) }),
    () => ({
      path: `${path}.csv`,
      bytes: Buffer.from(`=cmd|'/c calc'!A1,<script>\0,"""\r\r\n'${'"'.repeat(below(random, 9))}`),
    }),
    () => ({ path: `${path}.json`, bytes: Buffer.from('['.repeat(below(random, 200_000))) }),
    () => ({ path: `${path}.json`, bytes: Buffer.from('{"__proto__":{"p":1},"a":'.repeat(below(random, 300))) }),
  ])()
}

/** The inputs 43 to 63, through the tools that ask DuckDB behind L3. */
export const sql: HostileGroup = {
  name: 'SQL and files of data (43–63)',
  share: 3,
  needsWalls: true,
  async open({ random, outside, port, canary, base }) {
    const kit = await openToolKit()
    const bare = await openBareDuckDb()
    await kit.workspace.write('sales.csv', 'day,total\n1,10\n2,20\n')
    const whole = join(base, 'whole.parquet')
    await bare.rows(`COPY (SELECT range AS n, 'x' || range AS words FROM range(500)) TO '${whole}'`)
    const parquet = readFileSync(whole)
    writeFileSync(join(kit.home, 'beside', 'canary.csv'), `secret\n${canary}\n`)
    symlinkSync(join(kit.home, 'beside', 'canary.csv'), join(kit.workspace.root, 'link.csv'))
    const tool = (name: string) => {
      const found = TOOLS.find((each) => each.name === name)
      if (found === undefined) throw new Error(`There is no tool ${name}.`)
      return found
    }
    const [query, describe] = [tool('query_data'), tool('describe_data')]
    const ask = (text: string, files = ['sales.csv']) =>
      kit.call(query, { sql: text, files }, [], AbortSignal.timeout(longestMs))
    return {
      isTyped: isInWords,
      async attack() {
        if (chance(random, 0.25)) {
          const { path, bytes } = varyFile(random, parquet)
          return {
            what: `${path}, ${bytes.length} bytes, ${bytes.subarray(0, 60).toString('latin1')}`,
            async run() {
              await kit.workspace.write(path, bytes)
              try {
                return await kit.call(describe, { path }, [], AbortSignal.timeout(longestMs))
              } finally {
                await kit.workspace.discard(path)
              }
            },
          }
        }
        const text = wrap(random, pick(random, [...readers, ...monsters])(random, { outside, port }), wraps)
        const files = pick(random, [['sales.csv'], ['sales.csv'], ['link.csv'], ['../beside/canary.csv']])
        return { what: text, run: () => ask(text, files) }
      },
      async control() {
        if (!(await ask('SELECT sum(total) AS t FROM sales')).content.endsWith('t\n30')) return 'it no longer sums up'
        const read = await bare.rows(`SELECT content FROM read_text('${join(outside, 'canary')}')`)
        return read.includes(canary) ? null : 'the secret is not there at all'
      },
      async close() {
        bare.close()
        await kit.close()
      },
    }
  },
}
