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

/**
 * Follows a live run from number `after`: what is there in one item, then what comes, until the end or until `signal` aborts. A watcher
 * holds a position in the log and nothing else, so a slow one costs nothing: it finds more when it comes back.
 */
export async function* followRun(
  run: LiveRun,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<WatchItem, void, void> {
  let position = after
  let wake: (() => void) | null = null
  const onChange = () => {
    wake?.()
    wake = null
  }
  run.watchers.add(onChange)
  signal.addEventListener('abort', onChange)
  try {
    if (position > run.events.length) {
      position = run.events.length
      yield { kind: 'rollback', seq: position }
    }
    while (!signal.aborted) {
      const events = run.events.slice(position, position + mostEventsPerItem)
      if (events.length > 0) {
        position += events.length
        yield { kind: 'events', events }
      } else if (run.closed) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    run.watchers.delete(onChange)
    signal.removeEventListener('abort', onChange)
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
): AsyncGenerator<WatchItem, void, void> {
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
