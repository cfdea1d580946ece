import { createWSClient, httpBatchLink, httpSubscriptionLink, splitLink, type TRPCLink, wsLink } from '@trpc/client'
import type { AnyTRPCRouter } from '@trpc/server'
import { boundedWebSocket } from './bounded-web-socket.ts'
import { callLink } from './call-link.ts'
import { type ConnectionGate, type ConnectionState, createConnectionGate } from './connection-gate.ts'
import { fetchEventSource } from './fetch-event-source.ts'
import { subscriptionLink } from './subscription-link.ts'
import { watchForWebSocket } from './websocket-return.ts'

export type LinkOptions = {
  /** Where the server is, e.g. `http://localhost:8000`; no slash at the end. */
  baseUrl: string
  /** `auto`: WebSocket, and Server-Sent Events where something on the way refuses WebSockets. */
  transport?: 'auto' | 'ws' | 'sse'
  fetch?: typeof fetch
  WebSocket?: typeof WebSocket
  onConnectionChange?: (state: ConnectionState) => void
  timing?: Partial<ConnectionTiming>
}

/** All in milliseconds. */
type ConnectionTiming = {
  /** How long connecting may take. */
  connectMs: number
  /** A socket that has been silent this long is asked for a sign of life, and given up when none comes in the time after it. */
  pingMs: number
  pongMs: number
  retryDelayMs: (failures: number) => number
  /** Once WebSockets were refused, before try 1, 2, 3 … to go back to them. */
  returnDelayMs: (tries: number) => number
  /** How long a call over the socket may stay unanswered before it goes again over HTTP. */
  patienceMs: number
}

export type Connection = Pick<ConnectionGate, 'get' | 'subscribe' | 'retryNow'>

/** Attempts by WebSocket that fail while plain HTTP works, before `auto` takes that for a refusal. */
const REFUSALS = 2
const HEALTH_MS = 3000
/** A socket that carries nothing any more closes after this time. */
const IDLE_MS = 5000

/** The links of a typed client: subscriptions and what starts and stops runs over one WebSocket, all else in batches over HTTP; SSE where that fails. */
export function openLinks(options: LinkOptions) {
  const { baseUrl, transport = 'auto', onConnectionChange } = options
  const {
    connectMs = 5000,
    pingMs = 15_000,
    pongMs = 10_000,
    patienceMs = 2000,
    retryDelayMs,
    returnDelayMs,
  } = options.timing ?? {}
  const fetchImpl: typeof fetch = options.fetch ?? ((...call) => globalThis.fetch(...call))
  const SocketClass = options.WebSocket ?? globalThis.WebSocket
  const url = `${baseUrl}/api/trpc`

  let mode: ConnectionState['transport'] = transport === 'sse' || SocketClass === undefined ? 'sse' : 'ws'
  let refusals = 0
  let isClosed = false
  const movers = new Set<() => void>()
  const gate = createConnectionGate(mode, retryDelayMs)
  if (onConnectionChange) gate.subscribe(onConnectionChange)

  /** A browser cannot tell a refused upgrade from a server that is gone; a plain request can. */
  async function noteRefusal(): Promise<void> {
    if (transport !== 'auto' || mode === 'sse' || isClosed || !(await isHealthy(fetchImpl, baseUrl))) return
    refusals += 1
    gate.reached()
    if (refusals >= REFUSALS && mode === 'ws') moveToSse()
  }
  function moveToSse(): void {
    mode = 'sse'
    gate.setTransport(mode)
    moveAll()
    void socket?.close()
    socketReturn?.begin()
  }
  function moveToSocket(): void {
    mode = 'ws'
    refusals = 0
    gate.setTransport(mode)
    moveAll()
  }

  function moveAll(): void {
    for (const move of [...movers]) move()
  }

  const openSocket = () => {
    let hasOpened = false
    const client = createWSClient({
      url: async () => {
        await gate.turn()
        hasOpened = false
        return url.replace(/^http/, 'ws')
      },
      WebSocket: boundedWebSocket(SocketClass, connectMs, {
        onOpen() {
          hasOpened = true
          refusals = 0
          gate.opened()
        },
        onEnd() {
          if (mode !== 'ws') return
          gate.failed()
          if (!hasOpened) void noteRefusal()
        },
      }),
      // The gate decides when: the address is not handed out before.
      retryDelayMs: () => 0,
      lazy: { enabled: true, closeMs: IDLE_MS },
      keepAlive: { enabled: true, intervalMs: pingMs, pongTimeoutMs: pongMs },
    })
    client.connectionState.subscribe({
      next: ({ state }) => {
        if (state === 'idle' && mode === 'ws') gate.idle()
      },
    })
    return client
  }
  const socket = mode === 'ws' ? openSocket() : null

  const socketReturn =
    socket !== null && transport === 'auto'
      ? watchForWebSocket({
          SocketClass,
          url: url.replace(/^http/, 'ws'),
          connectMs,
          pongMs,
          delayMs: returnDelayMs,
          onBack: moveToSocket,
        })
      : null

  let sources = 0
  const sse: TRPCLink<AnyTRPCRouter> = httpSubscriptionLink({
    url: async () => {
      await gate.turn()
      return url
    },
    EventSource: fetchEventSource(fetchImpl, connectMs, {
      onOpen() {
        sources += 1
        gate.opened()
      },
      onEnd(how, wasOpen) {
        if (wasOpen) sources -= 1
        if (how === 'cut') gate.failed()
        else if (sources === 0 && gate.get().status === 'open') gate.idle()
      },
    }),
  })
  const subscriptions = subscriptionLink(
    {
      current: () => (isClosed ? null : mode),
      onChange(listener) {
        movers.add(listener)
        return () => movers.delete(listener)
      },
      onData: gate.progressed,
    },
    { ws: socket === null ? sse : wsLink({ client: socket }), sse },
  )
  const http: TRPCLink<AnyTRPCRouter> = httpBatchLink({ url, fetch: fetchImpl, maxItems: 10, maxURLLength: 2000 })
  const socketIsOpen = () => !isClosed && mode === 'ws' && gate.get().status === 'open'
  const calls =
    socket === null ? http : callLink({ isOpen: socketIsOpen, patienceMs }, { ws: wsLink({ client: socket }), http })
  const links: TRPCLink<AnyTRPCRouter>[] = [
    splitLink({ condition: (op) => op.type === 'subscription', true: subscriptions, false: calls }),
  ]

  // In a page: the network is back, so don't wait out the delay. Elsewhere nobody tells.
  const page: unknown = globalThis
  if (page instanceof EventTarget) page.addEventListener('online', gate.retryNow)

  const connection: Connection = gate
  return {
    links,
    connection,
    async close(): Promise<void> {
      if (page instanceof EventTarget) page.removeEventListener('online', gate.retryNow)
      isClosed = true
      socketReturn?.stop()
      moveAll()
      gate.close()
      await socket?.close()
    },
  }
}

async function isHealthy(fetchImpl: typeof fetch, baseUrl: string): Promise<boolean> {
  try {
    const response = await fetchImpl(`${baseUrl}/api/health`, { signal: AbortSignal.timeout(HEALTH_MS) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
