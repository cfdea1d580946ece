import { resolve } from 'node:path'
import { backupDatabase } from '../packages/db/src/index.ts'
import { readEnv } from '../packages/server/src/env.ts'

// npm run backup [-- FILE]: saves all data as it is at this moment, whether a server runs or not.

try {
  const { dataDir, databaseUrl } = readEnv()
  const [name] = process.argv.slice(2)
  // npm runs us at the repository's root; the name was typed elsewhere.
  const file = name === undefined ? undefined : resolve(process.env.INIT_CWD ?? '.', name)
  const saved = await backupDatabase({ dataDir, databaseUrl: databaseUrl ?? undefined, file })
  console.log(`Saved everything to ${saved}. Models are not in it.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
