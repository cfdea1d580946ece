import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../index.ts'
import { purgeConversations } from '../queries/conversations.ts'
import { conversationRow, messageRow } from '../testing/sample-rows.ts'

describe('a data folder', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'reynard-test-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  it('belongs to one server at a time, also within a process', async () => {
    const db = await openDatabase({ dataDir })
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: 'conflict',
      message: `Another Reynard (process ${process.pid}) is using the data folder ${dataDir}. Stop it first, or set REYNARD_DATA_DIR to another folder.`,
    })
    // The attempt has not loosened the first one's hold.
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: 'conflict' })
    await db.close()
    const next = await openDatabase({ dataDir })
    await next.close()
  })

  it('is open again after a leftover of a dead server, whatever that says', async () => {
    writeFileSync(join(dataDir, 'server.lock'), '')
    writeFileSync(join(dataDir, 'server.pid'), '1\n')
    const db = await openDatabase({ dataDir })
    expect(readFileSync(join(dataDir, 'server.pid'), 'utf8')).toBe(`${process.pid}\n`)
    await db.close()
  })

  it('is refused in a sentence when it can not be one', async () => {
    writeFileSync(join(dataDir, 'file'), '')
    await expect(openDatabase({ dataDir: join(dataDir, 'file', 'below') })).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(
        /^The data folder .* can't be used: .*Set REYNARD_DATA_DIR to a folder that you can write\.$/,
      ),
    })
  })

  it.runIf(process.platform === 'linux')(
    'is refused in a sentence where no folder can be made, and nothing hangs',
    async () => {
      await expect(openDatabase({ dataDir: '/proc/reynard/data' })).rejects.toThrow(
        /^The data folder .* can't be used: /,
      )
    },
  )

  it.skipIf(process.platform === 'win32')(
    'gives nothing of ours to other accounts, and is itself left as it is',
    async () => {
      chmodSync(dataDir, 0o755)
      await (await openDatabase({ dataDir })).close()
      mkdirSync(join(dataDir, 'backups'))
      writeFileSync(join(dataDir, 'backups', 'kept.db'), '')
      writeFileSync(join(dataDir, 'notes.txt'), '')
      const names = ['reynard.db', 'server.lock', 'backups/kept.db', 'notes.txt']
      for (const name of names) chmodSync(join(dataDir, name), 0o644)
      const lines: string[] = []
      await (await openDatabase({ dataDir, log: (line) => lines.push(line) })).close()
      const modes = names.map((name) => statSync(join(dataDir, name)).mode & 0o777)
      expect(modes).toEqual([0o600, 0o600, 0o600, 0o644])
      expect(lines).toEqual([])
      chmodSync(dataDir, 0o777)
      await (await openDatabase({ dataDir, log: (line) => lines.push(line) })).close()
      expect(lines).toEqual([
        expect.stringMatching(/^Other accounts of this machine may write in the data folder .*chmod go-w /),
      ])
      expect(statSync(dataDir).mode & 0o777).toBe(0o777)
    },
  )

  it('is refused in a sentence when its file is no database, and is left as it was', async () => {
    writeFileSync(join(dataDir, 'reynard.db'), 'no database at all, '.repeat(100))
    await expect(openDatabase({ dataDir })).rejects.toThrow(/is damaged or is not a database .*npm run restore/)
    expect(readFileSync(join(dataDir, 'reynard.db'), 'utf8')).toMatch(/^no database at all/)
    await expect(openDatabase({ dataDir })).rejects.toThrow(/is damaged/)
  })

  it('says that the disk is full, saves nothing of that commit, and goes on when there is room', async () => {
    const db = await openDatabase({ dataDir })
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db.kysely)
    const limit = (pages: number) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(db.kysely)
    const insert = (id: string, title: string) =>
      db.commit([db.kysely.insertInto('conversations').values(conversationRow({ id, title }))])
    await limit((rows[0]?.page_count ?? 0) + 2)
    const outcomes = await Promise.allSettled([insert('small', 'x'), insert('large', 'x'.repeat(200_000))])
    expect(outcomes).toMatchObject(
      [1, 2].map(() => ({
        status: 'rejected',
        reason: { message: expect.stringMatching(/is full\. Free some space/) },
      })),
    )
    await limit(1_000_000)
    await insert('later', 'x')
    expect(await db.kysely.selectFrom('conversations').select('id').execute()).toEqual([{ id: 'later' }])
    await db.close()
  })

  it('holds nothing of a purged conversation, not even in its free pages', async () => {
    const db = await openDatabase({ dataDir })
    const secret = 'zanzibar'
    await db.commit([
      db.kysely.insertInto('conversations').values(conversationRow({ id: 'c', title: secret, deleted_at: 10 })),
      db.kysely.insertInto('conversations').values(conversationRow({ id: 'kept', title: 'mozambique' })),
      db.kysely
        .insertInto('messages')
        .values(messageRow({ id: 'm', conversation_id: 'c', text: `${secret} `.repeat(2_000) })),
    ])
    await db.commit([purgeConversations(db.kysely, 11)])
    // Not only after a stop: a server may run for months.
    expect(await db.forgetDeleted()).toBe(true)
    const bytes = readdirSync(dataDir).map((name) => readFileSync(join(dataDir, name), 'latin1'))
    expect(bytes.some((text) => text.includes('mozambique'))).toBe(true)
    expect(bytes.some((text) => text.includes(secret))).toBe(false)
    expect(bytes.some((text) => text.includes(secret.slice(1)))).toBe(false)
    await db.close()
  })
})
