import { openDatabase } from '../open-database.ts'

// A second process for tests: opens the database, says how that went, and closes when its input ends.
const [dataDir = '', databaseUrl] = process.argv.slice(2)
try {
  const db = await openDatabase({ dataDir, databaseUrl })
  console.log(JSON.stringify({ pid: process.pid, opened: true }))
  for await (const _ of process.stdin);
  await db.close()
} catch (error) {
  console.log(JSON.stringify({ pid: process.pid, opened: false, error: String(error) }))
}
