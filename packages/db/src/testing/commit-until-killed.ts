import { openDatabase } from '../open-database.ts'
import { conversationRow } from './sample-rows.ts'

// A process for tests to kill: commits conversations from several callers at once and prints each id once it is acknowledged.
const [round, dataDir = '', databaseUrl] = process.argv.slice(2)
const db = await openDatabase({ dataDir, databaseUrl })

async function commitForever(caller: number): Promise<never> {
  for (let count = 1; ; count++) {
    const id = `${round}-${caller}-${count}`
    await db.commit([db.kysely.insertInto('conversations').values(conversationRow({ id }))])
    process.stdout.write(`${id}\n`)
  }
}

await Promise.all([1, 2, 3, 4].map(commitForever))
