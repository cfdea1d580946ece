import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const restoreSchema = z.object({ at: z.number().int(), to: z.string(), undo: z.string() })
const logSchema = z.array(restoreSchema)
type KeptRestore = z.infer<typeof restoreSchema>

const mostKept = 100
const fileOf = (home: string) => join(home, 'restores.json')

/**
 * What was restored in a workspace, the newest first. It lies beside the files, not among them, and goes with them. A log that can't be
 * read is an empty one.
 */
export async function readRestores(home: string): Promise<KeptRestore[]> {
  try {
    return logSchema.parse(JSON.parse(await readFile(fileOf(home), 'utf8')))
  } catch {
    return []
  }
}

/** Keeps one more, whole or not at all; the oldest of a hundred go. */
export async function noteRestore(home: string, restore: KeptRestore): Promise<void> {
  const all = [restore, ...(await readRestores(home))].slice(0, mostKept)
  const beside = `${fileOf(home)}.${crypto.randomUUID()}`
  await writeFile(beside, JSON.stringify(all), { mode: 0o600 })
  await rename(beside, fileOf(home))
}
