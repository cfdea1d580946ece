import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type Duplex, type Readable, Transform, type Writable } from 'node:stream'

export type BadProxy = {
  url: string
  /** How WebSocket upgrades are treated. `stall`: taken, and never answered. */
  upgrades: 'pass' | 'refuse' | 'stall'
  /** Breaks every connection that is open. Returns how many there were. */
  cut(): number
  /** From now on nothing passes on the connections that are open; nobody is told. New ones pass. */
  stall(): void
  /** How slow the path is, both ways; null: as fast as it goes. Holds for connections that begin from now on. */
  slow: SlowPath | null
  /** Upgrades and requests seen so far. */
  seen: { upgrades: number; requests: number }
  close(): Promise<void>
}

export type SlowPath = { latencyMs: number; bytesPerSecond: number }

/** Bytes that leave together on a slow path: smaller than most frames, so that they arrive in pieces. */
const DRIP_BYTES = 512

/** Everything comes out `latencyMs` later, in drips. */
function slowly({ latencyMs, bytesPerSecond }: SlowPath): Transform {
  const underway: { drip: Buffer; dueAt: number }[] = []
  let dueAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let finish = () => {}
  function arrive(): void {
    timer = undefined
    for (let next = underway[0]; next && next.dueAt <= performance.now(); next = underway[0]) {
      underway.shift()
      stream.push(next.drip)
    }
    const next = underway[0]
    if (next === undefined) finish()
    else timer = setTimeout(arrive, Math.ceil(next.dueAt - performance.now()))
  }
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      dueAt = Math.max(dueAt, performance.now() + latencyMs)
      for (let at = 0; at < chunk.length; at += DRIP_BYTES) {
        const drip = chunk.subarray(at, at + DRIP_BYTES)
        dueAt += (drip.length / bytesPerSecond) * 1000
        underway.push({ drip, dueAt })
      }
      timer ??= setTimeout(arrive, latencyMs)
      done()
    },
    flush(done) {
      finish = done
      if (underway.length === 0) done()
    },
    destroy(error, done) {
      clearTimeout(timer)
      done(error)
    },
  })
  return stream
}

/** A proxy as people have them between browser and server: one that cuts, refuses upgrades, falls silent or is slow. It says nothing about itself. */
export async function openBadProxy(targetUrl: string): Promise<BadProxy> {
  const target = new URL(targetUrl)
  const links = new Set<[Duplex, Duplex]>()
  const link = (near: Duplex, far: Duplex) => {
    const pair: [Duplex, Duplex] = [near, far]
    links.add(pair)
    const end = () => {
      links.delete(pair)
      near.destroy()
      far.destroy()
    }
    near.on('error', end).on('close', end)
    far.on('error', end)
    // On a slow path what was sent before the far end closed is still on its way.
    const letGo = () => {
      links.delete(pair)
      near.off('error', end).off('close', end)
    }
    far.on('close', proxy.slow === null ? end : letGo)
  }

  const carry = (from: Readable, to: Writable) =>
    proxy.slow === null ? from.pipe(to) : from.pipe(slowly(proxy.slow)).pipe(to)
  // A page that was loaded through it names it as its origin.
  const rewritten = (headers: IncomingHttpHeaders) => ({
    ...headers,
    host: target.host,
    ...(headers.origin !== undefined && { origin: target.origin }),
  })

  const server = createServer((req, res) => {
    proxy.seen.requests += 1
    for (const side of [req, res]) side.on('error', () => req.socket.destroy())
    const upstream = request(new URL(req.url ?? '/', target), {
      method: req.method,
      headers: rewritten(req.headers),
      agent: false,
    })
    upstream.on('socket', (far) => link(req.socket, far))
    upstream.on('error', () => req.socket.destroy())
    upstream.on('response', (response) => {
      res.writeHead(response.statusCode ?? 502, response.headers)
      res.flushHeaders()
      response.on('error', () => req.socket.destroy())
      carry(response, res)
    })
    carry(req, upstream)
  })
  // Whoever goes away before the answer arrives breaks nothing here.
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()))
  server.on('upgrade', (req, near, head) => {
    proxy.seen.upgrades += 1
    if (proxy.upgrades === 'refuse') {
      near.on('error', () => {})
      near.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const far = connect(Number(target.port), target.hostname)
    link(near, far)
    if (proxy.upgrades === 'stall') return
    const headers = Object.entries(rewritten(req.headers)).map(([name, value]) => `${name}: ${value}`)
    far.write(`${[`GET ${req.url} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`)
    far.write(head)
    carry(near, far)
    carry(far, near)
  })

  const proxy: BadProxy = {
    url: '',
    upgrades: 'pass',
    slow: null,
    seen: { upgrades: 0, requests: 0 },
    cut() {
      const open = [...links]
      for (const [near, far] of open) {
        near.destroy()
        far.destroy()
      }
      return open.length
    },
    stall() {
      for (const [near, far] of links) {
        near.unpipe()
        far.unpipe()
        near.pause()
        far.pause()
      }
    },
    async close() {
      proxy.cut()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return proxy
}
