import { boundedWebSocket } from './bounded-web-socket.ts'

export type WebSocketReturn = {
  /** WebSockets are refused: asks again after a while, until one works. */
  begin(): void
  stop(): void
}

type Options = {
  SocketClass: typeof WebSocket
  url: string
  /** How long connecting, and then the answer to a ping, may take, in milliseconds. */
  connectMs: number
  pongMs: number
  /** Milliseconds before question 1, 2, 3 … */
  delayMs?: (tries: number) => number
  /** A socket was opened and answered. */
  onBack: () => void
}

/** What refused once (a captive portal, a proxy that is being set up) may have gone; a minute at first, a quarter of an hour at most. */
function usualDelayMs(tries: number): number {
  return Math.min(60_000 * 2 ** tries, 900_000) * (0.75 + Math.random() / 2)
}
/** A page that is shown and hidden all the time asks no more often than this, in milliseconds. */
const leastMs = 10_000

/**
 * Finds out whether WebSockets work again where they were refused, by a socket of its own that carries nothing: what runs over Server-Sent
 * Events goes on undisturbed meanwhile. A page asks when it is shown, and when its network is back, as well.
 */
export function watchForWebSocket(options: Options): WebSocketReturn {
  const { delayMs = usualDelayMs } = options
  const page: unknown = globalThis
  const shown: unknown = Reflect.get(globalThis, 'document')
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopProbe: (() => void) | null = null
  let isWatching = false
  // Counts on over several falls, so that a path on which sockets open and break is tried ever more rarely.
  let tries = 0
  let askedAt = Number.NEGATIVE_INFINITY

  function wait(): void {
    clearTimeout(timer)
    timer = setTimeout(ask, delayMs(tries))
    tries += 1
  }
  function ask(): void {
    clearTimeout(timer)
    askedAt = performance.now()
    stopProbe = probe(options, (works) => {
      stopProbe = null
      if (!isWatching) return
      if (!works) return wait()
      stop()
      options.onBack()
    })
  }
  function askSoon(): void {
    const isHidden = shown instanceof Object && 'visibilityState' in shown && shown.visibilityState === 'hidden'
    if (!isHidden && stopProbe === null && performance.now() - askedAt >= leastMs) ask()
  }

  function stop(): void {
    isWatching = false
    clearTimeout(timer)
    stopProbe?.()
    if (page instanceof EventTarget) page.removeEventListener('online', askSoon)
    if (shown instanceof EventTarget) shown.removeEventListener('visibilitychange', askSoon)
  }
  return {
    begin() {
      if (isWatching) return
      isWatching = true
      askedAt = performance.now()
      if (page instanceof EventTarget) page.addEventListener('online', askSoon)
      if (shown instanceof EventTarget) shown.addEventListener('visibilitychange', askSoon)
      wait()
    },
    stop,
  }
}

/** Opens a socket and asks it for a sign of life: some proxies take the upgrade and pass nothing on. Returns how to stop; then nobody is told. */
function probe({ SocketClass, url, connectMs, pongMs }: Options, onResult: (works: boolean) => void): () => void {
  const Bounded = boundedWebSocket(SocketClass, connectMs, { onOpen() {}, onEnd() {} })
  const socket = new Bounded(url)
  let deadline: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  function end(works: boolean | null): void {
    if (isOver) return
    isOver = true
    clearTimeout(deadline)
    socket.close()
    if (works !== null) onResult(works)
  }
  socket.addEventListener('open', () => {
    deadline = setTimeout(() => end(false), pongMs)
    socket.send('PING')
  })
  socket.addEventListener('message', ({ data }) => {
    if (data === 'PONG') end(true)
  })
  socket.addEventListener('error', () => end(false))
  socket.addEventListener('close', () => end(false))
  return () => end(null)
}
