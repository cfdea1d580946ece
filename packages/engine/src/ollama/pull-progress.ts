import { AppError } from '@reynard/protocol'
import type { PullProgress } from '../engine.ts'
import type { EngineTimers } from '../http/timers.ts'

/**
 * Sums up a pull over its layers and leaves out lines that tell nothing new: Ollama repeats each every 60 ms, for a minute too when the registry
 * is dead. Throws `engine-timeout` where no byte came for `stallMs` while bytes were due.
 */
export async function* aggregatePull(
  lines: AsyncIterable<object>,
  stallMs: number,
  timers: EngineTimers,
): AsyncGenerator<PullProgress, void> {
  const layers = new Map<string, { total: number; completed: number }>()
  let last: PullProgress | undefined
  let movedAt = timers.now()
  for await (const line of lines) {
    const status: unknown = Reflect.get(line, 'status')
    const digest: unknown = Reflect.get(line, 'digest')
    const total: unknown = Reflect.get(line, 'total')
    const completed: unknown = Reflect.get(line, 'completed')
    const word = typeof status === 'string' ? status : ''
    if (typeof digest === 'string' && typeof total === 'number') {
      layers.set(digest, {
        total,
        // Absent until bytes arrive, and never less than what was there.
        completed: Math.max(layers.get(digest)?.completed ?? 0, typeof completed === 'number' ? completed : 0),
      })
    }
    const all = [...layers.values()]
    const progress: PullProgress = {
      status: word.startsWith('pulling ') && layers.size > 0 ? 'pulling' : word,
      completedBytes: all.length === 0 ? null : all.reduce((sum, layer) => sum + layer.completed, 0),
      totalBytes: all.length === 0 ? null : all.reduce((sum, layer) => sum + layer.total, 0),
    }
    const moved =
      progress.status !== last?.status ||
      progress.completedBytes !== last.completedBytes ||
      progress.totalBytes !== last.totalBytes
    if (moved) {
      movedAt = timers.now()
      last = progress
      yield progress
      continue
    }
    if (timers.now() - movedAt > stallMs) {
      const seconds = Math.round(stallMs / 1000)
      throw new AppError(
        'engine-timeout',
        `Nothing of the model has come for ${seconds} s. What is here is kept: try again.`,
        {
          docs: 'time-outs',
        },
      )
    }
  }
}
