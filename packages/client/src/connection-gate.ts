/** How the page stands to the server. `offline` waits until `nextRetryAt` (UTC milliseconds); `idle`: nothing is watched, so nothing is open. */
export type ConnectionState = {
  status: 'idle' | 'connecting' | 'open' | 'offline'
  transport: 'ws' | 'sse'
  nextRetryAt: number | null
  /** Attempts that failed since the connection last stood. */
  failures: number
}

/**
 * The one place that decides when the next attempt to connect is made, for whichever transport makes it. The first after a cut is made at
 * once, the following ones ever later.
 */
export type ConnectionGate = {
  get(): ConnectionState
  /** Returns how to stop listening. */
  subscribe(listener: (state: ConnectionState) => void): () => void
  /** Resolves when an attempt may be made. Rejects once closed. */
  turn(): Promise<void>
  opened(): void
  /** Something arrived: the connection is good, and the next cut counts as the first one. */
  progressed(): void
  failed(): void
  /** The server answers another way: this is no loss of connection, and the next attempt may come at once. */
  reached(): void
  idle(): void
  setTransport(transport: ConnectionState['transport']): void
  /** Ends the waiting now. */
  retryNow(): void
  close(): void
}

/** Milliseconds before attempt 1, 2, 3 … after a cut; 10 s at most, spread so that pages don't return in step. */
function retryDelayMs(failures: number): number {
  if (failures <= 1) return 0
  return Math.min(250 * 2 ** (failures - 1), 10_000) * (0.75 + Math.random() / 2)
}

/** `delayMs`: milliseconds before the next attempt, by how many have failed in a row. */
export function createConnectionGate(
  transport: ConnectionState['transport'],
  delayMs: (failures: number) => number = retryDelayMs,
): ConnectionGate {
  const listeners = new Set<(state: ConnectionState) => void>()
  let state: ConnectionState = { status: 'idle', transport, nextRetryAt: null, failures: 0 }
  let wait: { promise: Promise<void>; release: () => void } | null = null
  let closed = false

  function set(change: Partial<ConnectionState>): void {
    state = { ...state, nextRetryAt: null, ...change }
    for (const listener of listeners) listener(state)
  }
  function startWaiting(forMs: number): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => wait?.release(), forMs)
    wait = {
      promise,
      release() {
        clearTimeout(timer)
        wait = null
        resolve()
      },
    }
  }

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async turn() {
      await wait?.promise
      if (closed) throw new Error('The client was closed.')
      if (state.status !== 'open') set({ status: 'connecting' })
    },
    opened() {
      wait?.release()
      // `failures` stays: what opens and breaks without bringing anything must not be tried at full speed.
      if (!closed && state.status !== 'open') set({ status: 'open' })
    },
    progressed() {
      if (state.failures > 0 && state.status === 'open') set({ failures: 0 })
    },
    failed() {
      // Several streams of one broken connection report it; only the first one counts.
      if (closed || wait !== null) return
      const failures = state.failures + 1
      const forMs = delayMs(failures)
      if (forMs > 0) startWaiting(forMs)
      set({
        status: forMs > 0 ? 'offline' : 'connecting',
        nextRetryAt: forMs > 0 ? Date.now() + forMs : null,
        failures,
      })
    },
    reached() {
      wait?.release()
      if (!closed && state.status !== 'open' && state.status !== 'idle') set({ status: 'connecting', failures: 0 })
    },
    idle() {
      wait?.release()
      if (state.status !== 'idle') set({ status: 'idle', failures: 0 })
    },
    setTransport(next) {
      set({ transport: next })
    },
    retryNow() {
      wait?.release()
    },
    close() {
      closed = true
      wait?.release()
      set({ status: 'idle', failures: 0 })
      listeners.clear()
    },
  }
}
