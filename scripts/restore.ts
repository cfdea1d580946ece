import { resolve } from 'node:path'
import { restoreDatabase } from '../packages/db/src/index.ts'
import { readEnv, unknownSettings } from '../packages/server/src/env.ts'

// npm run restore -- FILE: puts a backup in the place of all data, whether a server runs or not.

// What people write is theirs: files that are made here are for this user only.
process.umask(0o077)
try {
  for (const line of unknownSettings()) console.warn(line)
  const [name] = process.argv.slice(2)
  if (name === undefined) throw new Error('Which backup? npm run restore -- FILE')
  const { dataDir, databaseUrl } = readEnv()
  // npm runs us at the repository's root; the name was typed elsewhere.
  const file = resolve(process.env.INIT_CWD ?? '.', name)
  const { rows } = await restoreDatabase({ dataDir, databaseUrl: databaseUrl ?? undefined, file, log: console.log })
  console.log(`Restored ${rows} rows from ${file}. A server that runs on this data starts anew by itself.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
