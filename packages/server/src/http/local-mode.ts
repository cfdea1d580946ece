import type { IncomingMessage, ServerResponse } from 'node:http'

/** Why a request is not served. `reason` is for the log and for tests; `message` is for the caller. */
export type Refusal = {
  status: 403
  reason: 'remote-address' | 'proxied' | 'host' | 'origin' | 'cross-site'
  message: string
}
export type GuardVerdict = { ok: true } | { ok: false; refusal: Refusal }
/** Decides whether a request may come in at all, before anything of it is read. */
export type RequestGuard = (req: IncomingMessage) => GuardVerdict

/** Set by proxies and tunnels, never by a browser or an API client on this machine. `x-forwarded-*` is matched by its beginning. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip']
const LOOPBACK_ADDRESS = /^(::ffff:)?127(\.\d{1,3}){3}$|^::1$/
const LOOPBACK_HOST = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?$/i

/**
 * Local mode has one owner and no login, so whoever reaches the server is the owner. This lets in this machine's own programs and our own
 * pages, on HTTP, REST and the WebSocket upgrade alike, and keeps out: other machines, proxies (behind one on this host the internet would
 * be the owner), other sites' pages (by Origin and Sec-Fetch-Site) and names that were rebound to this address (by Host).
 * Programs that are no browser send neither Origin nor Sec-Fetch-Site, and may come in.
 */
export function guardRequest(req: IncomingMessage): GuardVerdict {
  if (!LOOPBACK_ADDRESS.test(req.socket.remoteAddress ?? '')) {
    return refuse('remote-address', 'Reynard serves the machine that it runs on. This request came from another one.')
  }
  const proxyHeader = Object.keys(req.headers).find(
    (name) => name.startsWith('x-forwarded') || PROXY_HEADERS.includes(name),
  )
  if (proxyHeader !== undefined) {
    return refuse(
      'proxied',
      `This request came through a proxy (it carries ${proxyHeader}). Without accounts that would make everybody the owner, so open Reynard directly on its own machine.`,
    )
  }
  // "GET http://elsewhere/ …" is what a client says to a proxy, which this is not; such a name would stand above the Host header.
  const host = (/^[a-z]+:/i.test(req.url ?? '') ? req.url : req.headers.host) ?? ''
  const [, , port = '80'] = LOOPBACK_HOST.exec(host) ?? [null, null, 'none']
  if (Number(port) !== req.socket.localPort) {
    return refuse(
      'host',
      `The address ${JSON.stringify(host.slice(0, 100))} is not this server's. Open it as http://localhost:${req.socket.localPort}.`,
    )
  }
  const { origin } = req.headers
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase().replace(/:80$/, '')}`) {
    return refuse('origin', 'A page of another site asked for this. Only pages of Reynard itself may.')
  }
  if (isForeignSite(req)) {
    return refuse('cross-site', 'A page of another site asked for this. Only pages of Reynard itself may.')
  }
  return { ok: true }
}

/** Whether the browser says that another site's page asks, for something else than to be left for this one. */
export function isForeignSite(req: IncomingMessage): boolean {
  const site = req.headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin' && site !== 'none' && !isPageNavigation(req)
}

/** A link that was followed: the answer is shown to the person, the other site sees nothing of it. */
function isPageNavigation(req: IncomingMessage): boolean {
  return (
    req.method === 'GET' &&
    req.headers['sec-fetch-mode'] === 'navigate' &&
    req.headers['sec-fetch-dest'] === 'document' &&
    req.headers.upgrade === undefined
  )
}

/** Says no. */
export function refuse(reason: Refusal['reason'], message: string): GuardVerdict {
  return { ok: false, refusal: { status: 403, reason, message } }
}

/** Answers a refused request: JSON below /api/, one plain sentence elsewhere. Nothing of its body is read. */
export function sendRefusal(req: IncomingMessage, res: ServerResponse, refusal: Refusal): void {
  const isApi = req.url?.startsWith('/api/') ?? false
  res.writeHead(refusal.status, {
    'content-type': isApi ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  res.end(
    isApi
      ? JSON.stringify({ detail: refusal.message, error: { code: 'forbidden', message: refusal.message } })
      : refusal.message,
  )
}
