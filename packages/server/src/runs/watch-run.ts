import { type Db, listSegments, type RunRow } from '@reynard/db'
import { type RunEvent, runEventSchema, type WatchItem } from '@reynard/protocol'
import { z } from 'zod'
import type { LiveRun } from './live-run.ts'
import { recoveredAfter } from './run-request.ts'

/** A watcher that is far behind catches up in pieces of this many events. */
const mostEventsPerItem = 512
const segmentsPerRead = 64

const segmentSchema = z.array(runEventSchema)

/** The events of a stored segment. */
export function parseSegment(events: string): RunEvent[] {
  return segmentSchema.parse(JSON.parse(events))
}

/** What a watcher reads: items until the run has ended, or until the watcher's signal aborts. */
export type RunWatch = AsyncIterableIterator<WatchItem, void>

const over: IteratorResult<WatchItem, void> = { done: true, value: undefined }

/**
 * Follows a live run from number `after`: what is there in one item, then what comes, until the end or until `signal` aborts. A watcher
 * holds a position in the log and nothing else, so a slow one costs nothing: it finds more when it comes back.
 * Written by hand because each token of each watcher passes here: a generator costs several promises a step.
 */
export function followRun(run: LiveRun, after: number, signal: AbortSignal): RunWatch {
  let position = after
  let isAhead = after > run.certainSeq
  let wake: (() => void) | null = null
  let state: 'new' | 'open' | 'over' = 'new'

  const onChange = () => {
    wake?.()
    wake = null
  }
  function begin(): void {
    state = 'open'
    run.watchers.add(onChange)
    signal.addEventListener('abort', onChange)
  }
  function end(): IteratorResult<WatchItem, void> {
    state = 'over'
    run.watchers.delete(onChange)
    signal.removeEventListener('abort', onChange)
    onChange()
    return over
  }
  /** Null: nothing yet. */
  function take(): IteratorResult<WatchItem, void> | null {
    if (state === 'over' || signal.aborted) return end()
    if (isAhead || position > run.events.length) {
      isAhead = false
      position = Math.min(run.certainSeq, run.events.length)
      return { done: false, value: { kind: 'rollback', seq: position } }
    }
    const events = run.events.slice(position, position + mostEventsPerItem)
    if (events.length > 0) {
      position += events.length
      return { done: false, value: { kind: 'events', events } }
    }
    return run.closed ? end() : null
  }
  async function wait(): Promise<IteratorResult<WatchItem, void>> {
    for (;;) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      const taken = take()
      if (taken !== null) return taken
    }
  }

  return {
    next() {
      if (state === 'new') begin()
      const taken = take()
      return taken === null ? wait() : Promise.resolve(taken)
    },
    return: () => Promise.resolve(end()),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** A watch that is still to be found, by `open`; null where there is none (any more). */
export function watchLater(open: () => Promise<RunWatch | null>): RunWatch {
  let watch: RunWatch | null = null
  let isOver = false
  async function first(): Promise<IteratorResult<WatchItem, void>> {
    watch = await open()
    return watch === null || isOver ? over : await watch.next()
  }
  return {
    next() {
      if (isOver) return Promise.resolve(over)
      return watch === null ? first() : watch.next()
    },
    async return() {
      isOver = true
      return (await watch?.return?.()) ?? over
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/**
 * A run that has ended, from the database. A watcher who saw more than was saved before a crash is sent back to what was: the numbers
 * after it were given anew at boot.
 */
export async function* replayRun(
  db: Db,
  row: RunRow,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<WatchItem, void> {
  const certain = Math.min(row.last_seq, recoveredAfter(row.request) ?? row.last_seq)
  let position = Math.min(after, certain)
  if (after > certain) yield { kind: 'rollback', seq: position }
  while (!signal.aborted) {
    const segments = await listSegments(db.kysely, row.id, position, segmentsPerRead)
    if (segments.length === 0) return
    const events = segments.flatMap((segment) => parseSegment(segment.events)).filter((event) => event.seq > position)
    for (let i = 0; i < events.length && !signal.aborted; i += mostEventsPerItem) {
      yield { kind: 'events', events: events.slice(i, i + mostEventsPerItem) }
    }
    position = segments.at(-1)!.last_seq
  }
}
