import { errorCodeOf } from '@reynard/protocol'
import { openDatabase } from '../open-database.ts'
import { conversationRow } from './sample-rows.ts'

// A process for tests to kill, or to restore under: commits conversations from several callers at once and prints each id once it is
// acknowledged; prints the error's code and ends when a commit is refused.
const [round, dataDir = '', databaseUrl] = process.argv.slice(2)
const db = await openDatabase({ dataDir, databaseUrl })

async function commitForever(caller: number): Promise<never> {
  for (let count = 1; ; count++) {
    const id = `${round}-${caller}-${count}`
    await db.commit([db.kysely.insertInto('conversations').values(conversationRow({ id }))])
    process.stdout.write(`${id}\n`)
  }
}

try {
  await Promise.all([1, 2, 3, 4].map(commitForever))
} catch (error) {
  process.stdout.write(`${errorCodeOf(error)}\n`)
  await db.replaced
  process.stdout.write('replaced\n')
  await db.close()
}
