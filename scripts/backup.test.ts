import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { openDatabase } from '../packages/db/src/index.ts'
import { makeTestSite } from '../packages/db/src/testing/index.ts'
import { conversationRow } from '../packages/db/src/testing/sample-rows.ts'

const run = promisify(execFile)

it('backs up and restores by command beside a server that has the data open', async () => {
  const site = await makeTestSite('sqlite')
  const env = { ...process.env, REYNARD_DATA_DIR: site.dataDir, DATABASE_URL: '', INIT_CWD: site.dataDir }
  const command = (name: string, ...args: string[]) =>
    run(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...args], { env })
  await expect(command('backup')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There is no database at/),
  })
  expect(existsSync(join(site.dataDir, 'backups'))).toBe(false)

  const db = await openDatabase(site)
  const insert = (id: string) => db.commit([db.kysely.insertInto('conversations').values(conversationRow({ id }))])
  await insert('kept')
  expect((await command('backup', 'mine')).stdout).toContain(join(site.dataDir, 'mine'))
  expect((await command('backup')).stdout).toContain(join(site.dataDir, 'backups'))
  await insert('too much')
  expect((await command('restore', 'mine')).stdout).toMatch(/What was there before is kept at .*\nRestored 3 rows from/)

  await expect(insert('late')).rejects.toMatchObject({ code: 'shutting-down' })
  await db.replaced
  expect(await db.kysely.selectFrom('conversations').select('id').execute()).toEqual([{ id: 'kept' }])
  await db.close()
  await expect(command('restore')).rejects.toMatchObject({ code: 1, stderr: 'Which backup? npm run restore -- FILE\n' })
  expect(readdirSync(join(site.dataDir, 'backups'))).toHaveLength(2)
  await site.remove()
})
