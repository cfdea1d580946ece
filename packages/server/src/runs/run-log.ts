import { type Compilable, type Db, insertSegment } from '@reynard/db'
import { errorCodeOf } from '@reynard/protocol'
import { DeltaWheel } from './delta-wheel.ts'
import { LiveRun, type LiveRunHost, type LiveRunStart } from './live-run.ts'
import type { Clock, RunLogger } from './ports.ts'

/** After a crash, at most this much of a log is missing, as long as a commit takes no longer. */
const savedWithinMs = 250
/**
 * How long events wait for a commit that they share. Few runs cost little and leave room for a machine that is busy; the shortest is for
 * commits that take long.
 */
const saveEveryMs = { ofMany: 200, ofFew: 100, shortest: 20 }
const few = 8
const firstRetryMs = 250
const longestRetryMs = 5_000

/** `lost`: its rows can no longer be written. It goes on in memory. */
type Saving = { savedSeq: number; busy: boolean; again: boolean; failures: number; lost: boolean }

/** The logs of all live runs, and how they get into the database. */
export type RunLog = {
  /** Begins a log, or goes on with one that an earlier process began. Nothing of a new one is saved before `accept`. */
  open(run: LiveRunStart): LiveRun
  /** The run's row is saved: its events may follow. */
  accept(run: LiveRun): void
  /** The run was never accepted: forgets it. */
  discard(run: LiveRun): void
  find(runId: string): LiveRun | undefined
  /** As the database does, and learns from it how long commits take: for what makes a run's row. */
  commit(statements: readonly Compilable[]): Promise<void>
  /** Saves what is there now, instead of a moment later. */
  saveNow(): void
}

type Options = { db: Db; clock: Clock; logger: RunLogger }

/**
 * Events become visible in memory first and durable a little later, in segments: one commit for all runs every 100 or 200
 * ms, sooner where commits take long. A slow database makes segments larger and never holds up a token. An end is the
 * exception: it is saved first, then visible.
 */
export function createRunLog({ db, clock, logger }: Options): RunLog {
  const runs = new Map<string, LiveRun>()
  const savings = new Map<LiveRun, Saving>()
  const unsaved = new Set<LiveRun>()
  let timer = false
  /** How long commits take lately, in milliseconds: the worst of them, forgotten by and by. */
  let commitMs = 0
  let streaming = 0
  let counted = Number.NEGATIVE_INFINITY

  /** Counted at most every 100 ms: it only stretches the time that deltas gather. */
  const streamingNow = () => {
    const now = clock.now()
    if (now - counted >= 100) {
      counted = now
      streaming = 0
      for (const run of runs.values()) if (run.streaming) streaming += 1
    }
    return streaming
  }

  const host: LiveRunHost = {
    clock,
    wheel: new DeltaWheel(clock, streamingNow),
    streaming: streamingNow,
    dirty(run, now) {
      if (now) save(run)
      else {
        unsaved.add(run)
        saveLater()
      }
    },
  }

  function saveLater(): void {
    if (timer) return
    timer = true
    const usual = streamingNow() > few ? saveEveryMs.ofMany : saveEveryMs.ofFew
    clock.after(Math.max(saveEveryMs.shortest, Math.min(usual, savedWithinMs - 2 * commitMs)), () => {
      timer = false
      saveAll()
    })
  }

  function saveAll(): void {
    // All in the same tick, so that they share one commit; each its own group, so that one that fails takes no other with it.
    const batch = [...unsaved]
    unsaved.clear()
    for (const run of batch) save(run)
  }

  function save(run: LiveRun): void {
    const saving = savings.get(run)
    if (saving === undefined || !run.accepted || run.closed) return
    if (saving.lost) {
      if (run.sealed) forget(run)
      else run.saved(Number.POSITIVE_INFINITY)
      return
    }
    if (saving.busy) {
      saving.again = true
      return
    }
    saving.busy = true
    saving.again = false
    unsaved.delete(run)
    void write(run, saving)
  }

  async function commit(statements: readonly Compilable[]): Promise<void> {
    const begunAt = clock.now()
    await db.commit(statements)
    commitMs = Math.max(clock.now() - begunAt, commitMs * 0.9)
  }

  async function write(run: LiveRun, saving: Saving): Promise<void> {
    const ending = run.sealed
    const { events, statements } = run.takeUnsaved(saving.savedSeq)
    const first = events[0]
    const last = events.at(-1)
    try {
      if (first !== undefined && last !== undefined) {
        const segment = { run_id: run.runId, seq: first.seq, last_seq: last.seq, created_at: last.at }
        await commit([insertSegment(db.kysely, { ...segment, events: JSON.stringify(events) }), ...statements])
        saving.savedSeq = last.seq
        run.saved(last.seq)
      } else await commit(statements)
      saving.failures = 0
      saving.busy = false
      if (ending) forget(run)
      else if (saving.again) save(run)
    } catch (error) {
      run.putBack(statements)
      failed(run, saving, error)
    }
  }

  function failed(run: LiveRun, saving: Saving, error: unknown): void {
    const code = errorCodeOf(error)
    if (code === 'not-found' || code === 'conflict' || code === 'shutting-down') {
      // Its conversation is gone, or the database is: trying again can't help. Watchers still see how it ends.
      logger.error({ err: error, runId: run.runId }, 'a run can no longer be saved')
      saving.lost = true
      save(run)
      return
    }
    saving.failures += 1
    if (saving.failures === 1) logger.error({ err: error, runId: run.runId }, 'a run could not be saved; trying again')
    clock.after(Math.min(longestRetryMs, firstRetryMs * 2 ** (saving.failures - 1)), () => {
      saving.busy = false
      save(run)
    })
  }

  function forget(run: LiveRun): void {
    runs.delete(run.runId)
    savings.delete(run)
    unsaved.delete(run)
    run.close()
  }

  return {
    open(from) {
      const run = new LiveRun(host, from)
      runs.set(run.runId, run)
      savings.set(run, { savedSeq: run.events.length, busy: false, again: false, failures: 0, lost: false })
      return run
    },
    accept(run) {
      run.accept()
      if (run.sealed || run.holds) save(run)
      else if (run.events.length > 0) host.dirty(run, false)
    },
    discard: forget,
    find: (runId) => runs.get(runId),
    commit,
    saveNow: saveAll,
  }
}
