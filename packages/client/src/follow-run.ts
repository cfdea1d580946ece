import type { RunEvent, WatchItem } from '@reynard/protocol'

/** The watcher is ahead of what survived a crash of the server: everything after `seq` never happened. */
export type RunRollback = { type: 'rollback'; seq: number }
export type FollowOptions = {
  /** The number of the last event that the caller holds; 0 for all. */
  after?: number
  signal?: AbortSignal
}

/** `chat.watch` as the typed client offers it. */
export type WatchRun = (
  input: { runId: string; after: number },
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
 * or when `signal` aborts. Throws only what the server sent as an error of the call itself (e.g. there is no such run).
 */
export async function* followRun(
  watch: WatchRun,
  runId: string,
  { after = 0, signal }: FollowOptions = {},
): AsyncGenerator<RunEvent | RunRollback, void> {
  const waiting: (RunEvent | RunRollback)[] = []
  const outcome: { ended: boolean; error: Error | null } = { ended: false, error: null }
  let received = after
  let wake = Promise.withResolvers<void>()
  let subscription: { unsubscribe(): void } | null = null

  function stop(): void {
    subscription?.unsubscribe()
    subscription = null
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
    const opened = watch(
      { runId, after: received },
      {
        onData({ data }) {
          if (!isCurrent) return
          receive(data)
          wake.resolve()
        },
        onError(error) {
          if (!isCurrent) return
          Object.assign(outcome, { ended: true, error })
          wake.resolve()
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
    while (!signal?.aborted) {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        yield item
        if (item.type === 'run-end' || signal?.aborted) return
      }
      if (outcome.error !== null) throw outcome.error
      if (outcome.ended) return
      wake = Promise.withResolvers()
      if (subscription === null) resume()
      await wake.promise
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    stop()
  }
}
