import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import type { Dialect } from '../migrations/migration.ts'
import { type Db, openDatabase } from '../open-database.ts'
import { insertApprovalRule } from '../queries/approval-rules.ts'
import { insertAssistant } from '../queries/assistants.ts'
import { insertAttachment } from '../queries/attachments.ts'
import { insertAuditEntry, listAuditEntries } from '../queries/audit.ts'
import { insertGroup, insertGroupMember, putAccessRule, putGroupApproval } from '../queries/groups.ts'
import { insertMemory, putMemoryVector } from '../queries/memories.ts'
import { insertProjectFolder, putProject } from '../queries/projects.ts'
import { searchMessages } from '../queries/search.ts'
import { putSetting } from '../queries/settings.ts'
import { insertSummary } from '../queries/summaries.ts'
import { insertWaitingCall } from '../queries/tool-calls.ts'
import { describeOnEachDialect, makeTestSite, type TestDatabaseSite } from '../testing/index.ts'
import {
  auditRow,
  conversationRow,
  memoryRow,
  messageRow,
  projectRow,
  runRow,
  summaryRow,
  waitingCallRow,
} from '../testing/sample-rows.ts'
import { backupDatabase } from './backup-database.ts'
import { backupTableNames, backupTables } from './backup-tables.ts'
import { restoreDatabase } from './restore-database.ts'

/** Something in every table, a child before its parent included. */
async function fill(db: Db): Promise<void> {
  await db.commit([
    db.kysely
      .insertInto('conversations')
      .values(conversationRow({ id: 'c', title: 'Füchse "und" \'Bären\'', pinned: 1 })),
    db.kysely.insertInto('messages').values([
      messageRow({
        id: 'answer',
        conversation_id: 'c',
        parent_id: 'question',
        role: 'assistant',
        text: 'a clever fox\n\u2028🦊',
        created_at: 1,
      }),
      messageRow({ id: 'question', conversation_id: 'c', text: 'tell me a story', created_at: 2 }),
    ]),
    insertAttachment(db.kysely, {
      message_id: 'question',
      position: 0,
      conversation_id: 'c',
      path: 'Füchse.csv',
      bytes: 3_000_000_000,
      media_type: 'text/csv',
      kind: 'data',
      upload_id: null,
    }),
    db.kysely
      .insertInto('runs')
      .values(runRow({ id: 'r', conversation_id: 'c', message_id: 'answer', view: '{"text":"a"}' })),
    db.kysely.insertInto('run_events').values(
      Array.from({ length: 700 }, (_, index) => ({
        run_id: 'r',
        seq: index + 1,
        last_seq: index + 1,
        events: '[{}]',
        created_at: index,
      })),
    ),
    insertWaitingCall(db.kysely, waitingCallRow({ run_id: 'r', call_id: 'call', conversation_id: 'c' })),
    insertAuditEntry(db.kysely, auditRow({ id: 'told' })),
    insertApprovalRule(db.kysely, {
      owner_id: LOCAL_OWNER_ID,
      conversation_id: 'c',
      tool: 'write_file',
      created_at: 3,
    }),
    insertAssistant(db.kysely, {
      id: 'a',
      owner_id: LOCAL_OWNER_ID,
      definition: '{"name":"Renard"}',
      created_at: 4,
      updated_at: 4,
    }),
    insertMemory(db.kysely, memoryRow({ id: 'm', quote: 'a story', conversation_id: 'c', message_id: 'question' })),
    putMemoryVector(db.kysely, { memory_id: 'm', model: 'nomic', vector: 'AAA=' }),
    insertSummary(db.kysely, summaryRow({ id: 's', conversation_id: 'c', message_id: 'answer' })),
    insertProjectFolder(db.kysely, { id: 'f', owner_id: LOCAL_OWNER_ID, path: '/srv/code', created_at: 5 }),
    putProject(db.kysely, projectRow({ conversation_id: 'c', kind: 'folder', folder_id: 'f' })),
    insertGroup(db.kysely, { id: 'g', name: 'G', name_key: 'g', description: '', created_at: 6, updated_at: 6 }),
    insertGroupMember(db.kysely, { group_id: 'g', user_id: LOCAL_OWNER_ID, added_at: 6 }),
    ...putAccessRule(db.kysely, { kind: 'model', resource: 'llama3' }, ['g'], 6),
    putGroupApproval(db.kysely, { group_id: 'g', target: 'effect', name: 'write' }, 6),
    putSetting(db.kysely, { scope: '', key: 'operator', value: '{"engine":"auto"}', now: 5 }),
  ])
}

async function readAll(db: Db): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {}
  for (const table of backupTableNames) {
    const columns = backupTables[table].map((name) => sql.ref(name))
    const query = sql`select ${sql.join(columns)} from ${sql.table(table)} order by 1, 2`
    const { rows } = await query.execute(db.kysely)
    // A restore adds the line that tells of it.
    all[table] = rows.filter((row) => (row as { action?: string }).action !== 'restore')
  }
  return all
}

function startWriter(site: TestDatabaseSite): ChildProcessByStdio<null, Readable, null> {
  const script = fileURLToPath(new URL('../testing/commit-until-killed.ts', import.meta.url))
  const child = spawn(process.execPath, [script, '1', site.dataDir, site.databaseUrl ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

describeOnEachDialect('backup and restore', (dialect) => {
  let site: TestDatabaseSite
  beforeEach(async () => {
    site = await makeTestSite(dialect)
  })
  afterEach(() => site.remove())

  it('hold every column of every table', async () => {
    const db = await openDatabase(site)
    for (const table of backupTableNames) {
      const query =
        dialect === 'sqlite'
          ? sql<{ name: string }>`select name from pragma_table_info(${table})`
          : sql<{
              name: string
            }>`select column_name as name from information_schema.columns where table_name = ${table}`
      const columns = (await query.execute(db.kysely)).rows.map(({ name }) => name)
      expect(columns.filter((name) => !name.startsWith('search')).sort(), table).toEqual(
        [...backupTables[table]].sort(),
      )
    }
    const others = [
      'access_links',
      'audit_keep',
      'database_epoch',
      'memory_vectors',
      'schema_migrations',
      'sessions',
      'sign_in_attempts',
    ]
    const tables = (await db.kysely.introspection.getTables())
      .map(({ name }) => name)
      .filter((name) => !name.includes('_search'))
    expect(tables.sort()).toEqual([...backupTableNames, ...others].sort())
    await db.close()
  })

  it.each<Dialect>(['sqlite', 'postgres'])('bring everything back, also into %s', async (other) => {
    const db = await openDatabase(site)
    await fill(db)
    const all = await readAll(db)
    const file = await backupDatabase(site)
    await db.close()

    const target = await makeTestSite(other)
    const { rows, before } = await restoreDatabase({ ...target, file })
    // Two groups: everyone is one from the start.
    expect(rows).toBe(1 + 1 + 2 + 1 + 1 + 700 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 2 + 1 + 1 + 1 + 1 + 1)
    expect(before).toBeNull()
    const restored = await openDatabase(target)
    expect(await readAll(restored)).toEqual(all)
    const hits = await searchMessages(restored, { ownerId: LOCAL_OWNER_ID, query: 'clever', limit: 5 })
    expect(hits.map(({ messageId }) => messageId)).toEqual(['answer'])
    await restored.close()
    await target.remove()
  })

  it('keep the log of who did what, and add to it what the backup knows and that it was restored', async () => {
    const db = await openDatabase(site)
    await db.commit([insertAuditEntry(db.kysely, auditRow({ id: 'in the backup', at: 1 }))])
    const file = await backupDatabase({ ...site, file: join(site.dataDir, 'mine') })
    await db.commit([insertAuditEntry(db.kysely, auditRow({ id: 'later', at: 2 }))])
    await db.close()
    await restoreDatabase({ ...site, file })
    const after = await openDatabase(site)
    const entries = await listAuditEntries(after.kysely, { limit: 9 })
    expect(entries.map(({ id, action }) => (action === 'restore' ? action : id))).toEqual([
      'restore',
      'later',
      'in the backup',
    ])
    await expect(after.kysely.deleteFrom('audit_entries').execute()).rejects.toThrow(/append-only/)
    await after.close()
  })

  it('take a whole and consistent copy from under a process that writes', async () => {
    const writer = startWriter(site)
    const acknowledged: string[] = []
    let file = ''
    let acknowledgedBefore: string[] = []
    for await (const id of createInterface(writer.stdout)) {
      acknowledged.push(id)
      if (acknowledged.length === 200) {
        acknowledgedBefore = [...acknowledged]
        void backupDatabase(site)
          .then((path) => {
            file = path
          })
          .finally(() => writer.kill('SIGKILL'))
      }
    }
    const target = await makeTestSite('sqlite')
    await restoreDatabase({ ...target, file })
    const copy = await openDatabase(target)
    const ids = new Set((await copy.kysely.selectFrom('conversations').select('id').execute()).map(({ id }) => id))
    expect(acknowledgedBefore.filter((id) => !ids.has(id))).toEqual([])
    // Each caller's commits are there up to some point, without a hole.
    for (const caller of [1, 2, 3, 4]) {
      const counts = [...ids].filter((id) => id.startsWith(`1-${caller}-`)).map((id) => Number(id.split('-')[2]))
      expect(counts.length).toBe(Math.max(0, ...counts))
    }
    await copy.close()
    await target.remove()
  })

  it('replace all data under a process that writes, which then can save no more', async () => {
    const db = await openDatabase(site)
    await fill(db)
    const all = await readAll(db)
    await db.close()
    const file = await backupDatabase({ ...site, file: join(site.dataDir, 'mine') })

    const writer = startWriter(site)
    const closed = once(writer, 'close')
    const words: string[] = []
    let restored: ReturnType<typeof restoreDatabase> | undefined
    for await (const word of createInterface(writer.stdout)) {
      words.push(word)
      if (words.length === 200) restored = restoreDatabase({ ...site, file })
    }
    await closed
    const before = (await restored)?.before
    expect(words.slice(-2)).toEqual(['shutting-down', 'replaced'])

    const after = await openDatabase(site)
    expect(await readAll(after)).toEqual(all)
    await after.close()
    // And all that the writer was told was saved is in the backup that was made just before.
    const kept = await makeTestSite('sqlite')
    await restoreDatabase({ ...kept, file: before ?? '' })
    const old = await openDatabase(kept)
    const ids = new Set((await old.kysely.selectFrom('conversations').select('id').execute()).map(({ id }) => id))
    expect(words.slice(0, -2).filter((id) => !ids.has(id))).toEqual([])
    await old.close()
    await kept.remove()
  })

  it('change nothing when the backup is of no use', async () => {
    const db = await openDatabase(site)
    await fill(db)
    const all = await readAll(db)
    const bad = join(site.dataDir, 'bad')
    const refuse = async (bytes: Buffer | string, message: RegExp) => {
      writeFileSync(bad, bytes)
      await expect(restoreDatabase({ ...site, file: bad })).rejects.toThrow(message)
    }
    const file = await backupDatabase(site)
    const bytes = readFileSync(file)
    await refuse('a letter to a friend', /is not a Reynard backup/)
    await refuse('', /is not a Reynard backup/)
    await refuse(bytes.subarray(0, bytes.length - 5_000), /damaged|can't be read|not a Reynard backup/)
    if (dialect === 'postgres') {
      const lines = gunzipSync(bytes).toString().trimEnd().split('\n')
      await refuse(gzipSync(lines.slice(0, -1).join('\n')), /is cut short: 721 rows and no end/)
      await refuse(gzipSync(lines.toSpliced(3, 1).join('\n')), /is cut short/)
      await refuse(gzipSync((lines[0] ?? '').replace(/"schema":\d+/, '"schema":99')), /made by a newer Reynard/)
      await refuse(gzipSync('{"hello":1}'), /is not a Reynard backup/)
      await refuse(gzipSync('hello'), /is not a Reynard backup/)
    }
    await expect(restoreDatabase({ ...site, file: join(site.dataDir, 'nowhere') })).rejects.toThrow(/There is no file/)
    expect(await readAll(db)).toEqual(all)
    await db.commit([putSetting(db.kysely, { scope: '', key: 'still', value: '"writable"', now: 6 })])
    await db.close()
  })

  it('refuse to write over a file', async () => {
    const db = await openDatabase(site)
    await db.close()
    const file = await backupDatabase({ ...site, file: join(site.dataDir, 'mine') })
    expect(statSync(file).mode & 0o077).toBe(0)
    await expect(backupDatabase({ ...site, file })).rejects.toMatchObject({ code: 'conflict' })
    expect(readdirSync(site.dataDir).filter((name) => name.includes('partial'))).toEqual([])
  })
})

describe('restore into a folder', () => {
  it('sets a damaged database aside', async () => {
    const site = await makeTestSite('sqlite')
    const db = await openDatabase(site)
    await fill(db)
    await db.close()
    const file = await backupDatabase(site)
    writeFileSync(join(site.dataDir, 'reynard.db'), 'garbage '.repeat(1_000))
    const lines: string[] = []
    const { before } = await restoreDatabase({ ...site, file, log: (line) => lines.push(line) })
    expect(before).toBeNull()
    expect(lines).toEqual([expect.stringMatching(/^The database was damaged; it is kept at .*reynard\.db\.damaged-/)])
    const again = await openDatabase(site)
    expect((await readAll(again)).messages).toHaveLength(2)
    await again.close()
    const aside = readdirSync(site.dataDir).filter((name) => name.includes('damaged'))
    expect(readFileSync(join(site.dataDir, aside[0] ?? ''), 'utf8')).toMatch(/^garbage/)
    await site.remove()
  })

  it('refuses a backup of a newer schema', async () => {
    const site = await makeTestSite('sqlite')
    await (await openDatabase(site)).close()
    const file = await backupDatabase(site)
    const backup = new DatabaseSync(file)
    backup.exec(`insert into schema_migrations values (99, 'future', 1)`)
    backup.close()
    await expect(restoreDatabase({ ...site, file })).rejects.toThrow(/newer Reynard \(schema 99/)
    await site.remove()
  })
})
