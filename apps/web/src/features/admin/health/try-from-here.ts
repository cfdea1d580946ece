import type { HealthCheck } from '@reynard/protocol'
import { healthMessages } from '../../../lib/messages-health.ts'

const text = healthMessages
const deadlineMs = 5_000
const clockMs = { warning: 5_000, bad: 120_000 }

/** A part as the page itself found it. */
export type PageCheck = Omit<HealthCheck, 'id'> & { id: string }

/** Opens a WebSocket of its own to where this page came from, through every proxy on the way, and closes it. Never rejects. */
export async function tryWebSocket(): Promise<PageCheck> {
  const begin = performance.now()
  const url = new URL('/api/trpc', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  const isOpen = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), deadlineMs)
    const done = (opened: boolean) => () => {
      clearTimeout(timer)
      resolve(opened)
    }
    socket.onopen = done(true)
    socket.onerror = done(false)
    socket.onclose = done(false)
  })
  socket.close()
  const tookMs = Math.round(performance.now() - begin)
  const common = { id: 'websocket', label: text.websocket, tookMs }
  return isOpen
    ? { ...common, state: 'ok', found: text.opened(tookMs, url.host), advice: null }
    : { ...common, state: 'bad', found: text.notOpened(url.host), advice: text.websocketAdvice }
}

/** This browser's clock beside the server's, which stood somewhere between asking and reading. Times in UTC milliseconds. */
export function compareClocks(server: number, asked: number, read: number): PageCheck {
  const off = Math.max(0, asked - server, server - read)
  const state = off >= clockMs.bad ? 'bad' : off >= clockMs.warning ? 'warning' : 'ok'
  return {
    id: 'browser-clock',
    label: text.browserClock,
    state,
    found: text.clockOff(Math.round(off / 1000)),
    advice: state === 'ok' ? null : text.clockAdvice,
    tookMs: 0,
  }
}
