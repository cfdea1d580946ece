import type { RunEvent, RunReference, WatchItem } from '@reynard/protocol'

/** The watcher is ahead of what survived a crash of the server: everything after `seq` never happened. */
export type RunRollback = { type: 'rollback'; seq: number }
/**
 * A run that is being started: the key that its start was given, and what the call of that start will answer. It is watched by its key
 * meanwhile, so that its first words need not wait for its id.
 */
export type StartingRun = { key: string; started: Promise<{ runId: string }> }
export type FollowOptions = {
  /** The number of the last event that the caller holds; 0 for all. */
  after?: number
  signal?: AbortSignal
}

/** `chat.watch` as the typed client offers it. */
export type WatchRun = (
  input: RunReference & { after: number },
  observer: {
    onData(tracked: { data: WatchItem }): void
    onError(error: Error): void
    onComplete(): void
  },
) => { unsubscribe(): void }

/** Events that may wait for a slow consumer; beyond it the stream is let go and resumed from the log. */
const MOST_WAITING = 10_000

/**
 * A run's events from `after` on, each exactly once and in order, over any number of cuts and changes of transport. Ends after `run-end`,
 * or when `signal` aborts. Throws only what the server sent as an error of the call itself (e.g. there is no such run); of a run that is
 * being started, only what its start throws.
 */
export async function* followRun(
  watch: WatchRun,
  run: string | StartingRun,
  { after = 0, signal }: FollowOptions = {},
): AsyncGenerator<RunEvent | RunRollback, void> {
  const waiting: (RunEvent | RunRollback)[] = []
  const outcome: { ended: boolean; error: unknown } = { ended: false, error: null }
  let received = after
  let wake = Promise.withResolvers<void>()
  let subscription: { unsubscribe(): void } | null = null
  let reference: RunReference = typeof run === 'string' ? { runId: run } : { key: run.key }
  /** The watch by key has ended without the run; its id is waited for. */
  let waitsForId = false

  function stop(): void {
    subscription?.unsubscribe()
    subscription = null
  }
  function fail(error: unknown): void {
    Object.assign(outcome, { ended: true, error })
    stop()
    wake.resolve()
  }
  function receive(item: WatchItem): void {
    if (item.kind === 'rollback') {
      received = item.seq
      waiting.push({ type: 'rollback', seq: item.seq })
      return
    }
    for (const event of item.events) {
      if (event.seq <= received) continue
      if (event.seq > received + 1) {
        resume()
        return
      }
      received = event.seq
      waiting.push(event)
    }
    if (waiting.length > MOST_WAITING) stop()
  }
  /** Starts watching after the last event that arrived. */
  function resume(): void {
    stop()
    let isCurrent = true
    const asked = reference
    const opened = watch(
      { ...asked, after: received },
      {
        onData({ data }) {
          if (!isCurrent) return
          receive(data)
          wake.resolve()
        },
        onError(error) {
          if (!isCurrent) return
          if ('runId' in asked) fail(error)
          else if ('runId' in reference) resume()
          else {
            waitsForId = true
            stop()
          }
        },
        onComplete() {
          if (!isCurrent) return
          outcome.ended = true
          wake.resolve()
        },
      },
    )
    subscription = {
      unsubscribe() {
        isCurrent = false
        opened.unsubscribe()
      },
    }
  }

  const onAbort = () => wake.resolve()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    resume()
    if (typeof run !== 'string') {
      void run.started.then(({ runId }) => {
        reference = { runId }
        if (!waitsForId || outcome.ended) return
        waitsForId = false
        resume()
      }, fail)
    }
    while (!signal?.aborted) {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        yield item
        if (item.type === 'run-end' || signal?.aborted) return
      }
      if (outcome.error !== null) throw outcome.error
      if (outcome.ended) return
      wake = Promise.withResolvers()
      if (subscription === null && !waitsForId) resume()
      await wake.promise
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    outcome.ended = true
    stop()
  }
}
