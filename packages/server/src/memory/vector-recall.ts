import { type Db, listMemoriesWithoutVector, listMemoryVectors, putMemoryVector } from '@reynard/db'
import type { Engine } from '@reynard/engine'
import type { RunLogger } from '../runs/ports.ts'

/** A model that turns texts into vectors, and who runs it. */
export type Embedder = { engine: Pick<Engine, 'kind' | 'embed'>; model: string }

type Options = { db: Db; embedder(): Embedder | null; logger: RunLogger }
type Index = { ids: string[]; vectors: Int8Array[] }

/** Finds memories by meaning, where the engine has an embedding model. */
export type VectorRecall = {
  /** Ids of those nearest to a question, the nearest first; null where there is no such model. Rejects as the engine does. */
  nearest(ownerId: string, question: string): Promise<string[]> | null
  /** Places in the background what has no vector yet. Failures are tried again with the next call. */
  place(ownerId: string): void
  /** Something of this person changed. */
  forget(ownerId: string): void
  /** Frees what is kept of everybody; it is read anew when it is needed. Says of how many people that was. */
  forgetAll(): number
}

/**
 * Questions that have nothing to do with anybody: how near a question is to these is how near a model places what does not belong
 * together, which differs widely between models.
 */
const strangers = [
  'The boiling point of water depends on the air pressure.',
  'List the prime numbers below one hundred.',
  'The treaty was signed in the autumn of 1648.',
  'Stir the flour into the melted butter.',
  'A triangle has three sides.',
  'The train leaves from platform nine.',
  'Photosynthesis takes place in chloroplasts.',
  'Press the red button to reset the device.',
]
/** How much nearer than the nearest stranger a memory must be. Cosine. */
const margin = 0.08
const mostNearest = 8
const batch = 32
const batchMs = 60_000
const questionMs = 30_000
const mostCharacters = 2_000

/** Recalls by the embedding model that is there at the moment. */
export function createVectorRecall({ db, embedder, logger }: Options): VectorRecall {
  const indexes = new Map<string, Promise<Index>>()
  const references = new Map<string, Promise<Int8Array[]>>()
  const placing = new Set<string>()
  /** A model that is slow to load is not asked again meanwhile. */
  let asking = false

  const keyOf = (ownerId: string, model: string) => `${ownerId}\n${model}`

  async function embed({ engine, model }: Embedder, input: string[], withinMs: number): Promise<Int8Array[]> {
    const signal = AbortSignal.timeout(withinMs)
    const { vectors } = await engine.embed(
      { model, input: input.map((text) => text.slice(0, mostCharacters)) },
      { signal },
    )
    return vectors.map(toBytes)
  }

  function referencesOf(by: Embedder): Promise<Int8Array[]> {
    const known = references.get(by.model) ?? embed(by, strangers, questionMs)
    references.set(by.model, known)
    known.catch(() => references.delete(by.model))
    return known
  }

  async function load(ownerId: string, model: string): Promise<Index> {
    const rows = await listMemoryVectors(db.kysely, ownerId, model)
    return { ids: rows.map(({ memory_id }) => memory_id), vectors: rows.map(({ vector }) => fromText(vector)) }
  }

  function indexOf(ownerId: string, model: string): Promise<Index> {
    const key = keyOf(ownerId, model)
    const known = indexes.get(key) ?? load(ownerId, model)
    indexes.set(key, known)
    known.catch(() => indexes.delete(key))
    return known
  }

  async function find(by: Embedder, ownerId: string, question: string): Promise<string[]> {
    const index = await indexOf(ownerId, by.model)
    if (index.ids.length === 0) return []
    const [asked, apart] = await Promise.all([embed(by, [question], questionMs), referencesOf(by)])
    const vector = asked[0]
    if (vector === undefined) return []
    const least = Math.max(...apart.map((stranger) => cosine(vector, stranger))) + margin
    return index.vectors
      .map((each, at) => ({ id: index.ids[at] ?? '', score: cosine(vector, each) }))
      .filter(({ score }) => score >= least)
      .toSorted((one, other) => other.score - one.score)
      .slice(0, mostNearest)
      .map(({ id }) => id)
  }

  async function placeAll(by: Embedder, ownerId: string): Promise<void> {
    for (;;) {
      const rows = await listMemoriesWithoutVector(db.kysely, ownerId, by.model, batch)
      if (rows.length === 0) return
      const texts = rows.map(({ text }) => text)
      const vectors = await embed(by, texts, batchMs)
      await db.commit(
        rows.map(({ id }, at) =>
          putMemoryVector(db.kysely, {
            memory_id: id,
            model: by.model,
            vector: toText(vectors[at] ?? new Int8Array()),
          }),
        ),
      )
      indexes.delete(keyOf(ownerId, by.model))
      if (rows.length < batch) return
    }
  }

  return {
    nearest(ownerId, question) {
      const by = embedder()
      if (by === null || asking) return null
      asking = true
      return find(by, ownerId, question).finally(() => {
        asking = false
      })
    },
    place(ownerId) {
      const by = embedder()
      if (by === null || placing.has(ownerId)) return
      placing.add(ownerId)
      placeAll(by, ownerId)
        .catch((error: unknown) => logger.warn({ err: error, model: by.model }, 'memories could not be embedded'))
        .finally(() => placing.delete(ownerId))
    },
    forgetAll() {
      const { size } = indexes
      indexes.clear()
      references.clear()
      return size
    },
    forget(ownerId) {
      for (const key of indexes.keys()) if (key.startsWith(keyOf(ownerId, ''))) indexes.delete(key)
    },
  }
}

/** A byte for each number is enough to compare directions by, and 10,000 memories stay a few megabytes. */
function toBytes(vector: number[]): Int8Array {
  const most = vector.reduce((max, each) => Math.max(max, Math.abs(each)), 0) || 1
  return Int8Array.from(vector, (each) => Math.round((each / most) * 127))
}

function toText(vector: Int8Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}

function fromText(text: string): Int8Array {
  return Int8Array.from(new Int8Array(Buffer.from(text, 'base64')))
}

function cosine(one: Int8Array, other: Int8Array): number {
  if (one.length !== other.length) return -1
  let [dot, a, b] = [0, 0, 0]
  for (let i = 0; i < one.length; i += 1) {
    const [x, y] = [one[i] ?? 0, other[i] ?? 0]
    dot += x * y
    a += x * x
    b += y * y
  }
  return a === 0 || b === 0 ? 0 : dot / Math.sqrt(a * b)
}
