import { resolve } from 'node:path'
import { backupDatabase } from '../packages/db/src/index.ts'
import { readEnv, unknownSettings } from '../packages/server/src/env.ts'

// npm run backup [-- FILE]: saves all data as it is at this moment, whether a server runs or not.

// What people write is theirs: files that are made here are for this user only.
process.umask(0o077)
try {
  for (const line of unknownSettings()) console.warn(line)
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
