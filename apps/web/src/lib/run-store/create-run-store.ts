import type { RunRollback, StartingRun } from '@reynard/client'
import { emptyRunView, type RunEvent, type RunView, reduceRun } from '@reynard/protocol'
import type { Schedule } from './frame-schedule.ts'

/** `followRun` of the client. */
export type FollowRun = (
  run: string | StartingRun,
  options: { after: number; signal: AbortSignal },
) => AsyncIterable<RunEvent | RunRollback>

export type RunStore = {
  /** The newest published view; undefined for a run that nobody follows or followed lately. */
  get(runId: string): RunView | undefined
  /**
   * Follows a run that is just being asked for, so that its first words are here when its row is. Nothing remains of one that is refused,
   * and one that nobody comes for is soon let go.
   */
  expect(run: StartingRun): void
  /** Follows the run from `known` on while anybody listens. Returns how to stop. */
  subscribe(known: RunView, listener: () => void): () => void
}

type Entry = {
  run: string | StartingRun
  view: RunView
  published: RunView
  listeners: Set<() => void>
  abort: AbortController | null
}

/** Views of runs that nobody listens to any more are kept for a while: a row that scrolls back in starts where it was. */
const MOST_KEPT = 64
const RETRY_MS = 2000

/**
 * Live runs outside of React: folds events as they come and tells listeners at most once per frame, however fast tokens arrive.
 * `retry` waits before a run is followed again after its subscription was refused.
 */
export function createRunStore(
  followRun: FollowRun,
  schedule: Schedule,
  retry: (signal: AbortSignal) => Promise<void> = waitToRetry,
): RunStore {
  const entries = new Map<string, Entry>()
  const dirty = new Set<Entry>()

  function publish() {
    const changed = [...dirty]
    dirty.clear()
    for (const entry of changed) {
      entry.published = entry.view
      for (const listener of entry.listeners) listener()
    }
  }
  function show(entry: Entry, view: RunView) {
    entry.view = view
    dirty.add(entry)
    schedule(publish)
  }

  /** Answers the number that a rollback named, or null when the watch ended. */
  async function readEvents(entry: Entry, from: RunView, holdUntil: number, signal: AbortSignal) {
    let view = from
    for await (const item of followRun(entry.run, { after: view.seq, signal })) {
      if (signal.aborted) return null
      if (item.type === 'rollback') return item.seq
      const { runId } = entry.view
      view = reduceRun(view.runId === runId ? view : { ...view, runId }, item)
      // What was on screen stays there until the log has been read again up to where both agree.
      if (view.seq >= holdUntil) show(entry, view)
    }
    return null
  }

  async function follow(entry: Entry, signal: AbortSignal) {
    let from = entry.view
    let holdUntil = 0
    while (!signal.aborted) {
      try {
        const rollback = await readEvents(entry, from, holdUntil, signal)
        if (rollback === null) {
          if (signal.aborted || entry.view.phase === 'ended') return
          // A server that goes away ends the watch without ending the run.
          from = entry.view
          await retry(signal)
          continue
        }
        // A fold can't be undone, so the run is read from its start.
        from = emptyRunView(entry.view.runId, entry.view.createdAt)
        holdUntil = rollback
        if (rollback === 0) show(entry, from)
      } catch {
        // Also where the run is not found: a server that is just coming back may not know it yet, and the row of a deleted one goes.
        if (signal.aborted) return
        from = entry.view
        await retry(signal)
      }
    }
  }

  function forgetOldest() {
    for (const [runId, entry] of entries) {
      if (entries.size <= MOST_KEPT) return
      if (entry.listeners.size === 0) entries.delete(runId)
    }
  }

  return {
    get: (runId) => entries.get(runId)?.published,
    expect(run) {
      const abort = new AbortController()
      const view = emptyRunView('', Date.now())
      const entry: Entry = { run, view, published: view, listeners: new Set(), abort }
      void follow(entry, abort.signal)
      const accepted = async ({ runId }: { runId: string }) => {
        entry.run = runId
        entry.view = { ...entry.view, runId }
        entry.published = entry.view
        if (entries.has(runId)) {
          // A row was quicker, and follows it by itself.
          abort.abort()
          return
        }
        entries.set(runId, entry)
        forgetOldest()
        await retry(abort.signal)
        if (entry.listeners.size > 0 || entry.abort !== abort) return
        abort.abort()
        entry.abort = null
      }
      run.started.then(accepted, () => abort.abort())
    },
    subscribe(known, listener) {
      let entry = entries.get(known.runId)
      if (entry === undefined) {
        entry = { run: known.runId, view: known, published: known, listeners: new Set(), abort: null }
        entries.set(known.runId, entry)
        forgetOldest()
      } else if (known.seq > entry.view.seq) {
        entry.view = known
        entry.published = known
      }
      const { listeners } = entry
      listeners.add(listener)
      if (entry.abort === null && entry.view.phase !== 'ended') {
        const abort = new AbortController()
        entry.abort = abort
        void follow(entry, abort.signal)
      }
      const followed = entry
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        followed.abort?.abort()
        followed.abort = null
      }
    },
  }
}

function waitToRetry(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY_MS)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
