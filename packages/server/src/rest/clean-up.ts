import type { FreedModels } from '../engines/free-idle.ts'

/** Something that is kept to be faster and can be made anew. */
export type Cache = {
  /** What so many entries of it are, e.g. "the texts of 2 documents". */
  describe(entries: number): string
  /** Empties it, and says how many entries that were. */
  clear(): number
}

/** `POST /api/ollama/admin/cleanup`: frees idle models and caches. The message says what, in words. */
export async function cleanUp(freeModels: () => Promise<FreedModels>, caches: readonly Cache[]) {
  const { freed, busy, problems } = await freeModels()
  const emptied = caches.flatMap((cache) => {
    const entries = cache.clear()
    return entries === 0 ? [] : [cache.describe(entries)]
  })
  const sentences = [
    ...(freed.length === 0 ? [] : [`Unloaded ${freed.map(describeModel).join(', ')}.`]),
    ...(emptied.length === 0 ? [] : [`Emptied the caches: ${emptied.join(', ')}.`]),
    ...(busy.length === 0 ? [] : [`Left alone, because it is answering: ${busy.join(', ')}.`]),
    ...problems,
  ]
  const isNothing = freed.length === 0 && emptied.length === 0
  return {
    success: problems.length === 0,
    message: [...(isNothing ? ['There was nothing to free.'] : []), ...sentences].join(' '),
  }
}

function describeModel({ name, sizeBytes }: FreedModels['freed'][number]): string {
  if (sizeBytes === null) return name
  return sizeBytes >= 1e9
    ? `${name} (${(sizeBytes / 1e9).toFixed(1)} GB)`
    : `${name} (${Math.ceil(sizeBytes / 1e6)} MB)`
}
