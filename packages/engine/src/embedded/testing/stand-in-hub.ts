import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the next request for the file's bytes meets; when the list is used up, all is well. */
type Fault = 'break-off' | 'stall' | 'hold' | 'silence' | 'ignore-range' | 429 | 500 | 403 | 401 | 404

export type StandInHub = {
  /** The endpoint: answers each file with a redirect that carries `X-Linked-*`, as hubs do. */
  endpoint: string
  /** The other host, which holds the bytes. */
  storage: string
  faults: Fault[]
  /** Answers everything with 503. */
  isDown: boolean
  /** Sends the second half of what a `hold` keeps back. */
  release(): void
  /** What the hub says the checksum is; null leaves the header out. */
  linkedSha256: string | null
  /** What the hub says the size is. */
  linkedSize: number
  content: Buffer
  etag: string
  /** Requests as they came, with their headers. */
  seen: { host: 'endpoint' | 'storage'; url: string; range: string | undefined; authorization: string | undefined }[]
  close(): Promise<void>
}

/** A model hub on this machine: two servers, since the token must not travel from the one to the other. */
export async function startStandInHub(content: Buffer): Promise<StandInHub> {
  const seen: StandInHub['seen'] = []
  const note = (host: 'endpoint' | 'storage', { url = '', headers }: IncomingMessage) => {
    seen.push({ host, url, range: headers.range, authorization: headers.authorization })
  }
  const storage = createServer((request, response) => {
    note('storage', request)
    serve(request, response)
  })
  const endpoint = createServer((request, response) => {
    note('endpoint', request)
    if (hub.isDown) return response.writeHead(503).end()
    if (request.method === 'HEAD' && request.url === '/') return response.end()
    const status = typeof hub.faults[0] === 'number' && hub.faults[0] < 500 ? hub.faults.shift() : undefined
    if (typeof status === 'number') {
      response.writeHead(status, status === 429 ? { 'retry-after': '0' } : {})
      return response.end()
    }
    response.writeHead(302, {
      location: `${hub.storage}${request.url}`,
      'x-linked-size': String(hub.linkedSize),
      ...(hub.linkedSha256 === null ? {} : { 'x-linked-etag': `"${hub.linkedSha256}"` }),
      'x-repo-commit': '9217f5db79a29953eb74d5343926648285ec7e67',
    })
    response.end()
  })

  function serve(request: IncomingMessage, response: ServerResponse) {
    const fault = hub.faults.shift()
    if (typeof fault === 'number') return response.writeHead(fault).end()
    if (fault === 'silence') return
    const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === hub.etag
    const wanted =
      isSame && fault !== 'ignore-range' ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] : undefined
    const start = Number(wanted ?? 0)
    if (start >= hub.content.length) return response.writeHead(416).end()
    const body = hub.content.subarray(start)
    response.writeHead(wanted === undefined ? 200 : 206, {
      'content-length': body.length,
      etag: hub.etag,
      ...(wanted === undefined
        ? {}
        : { 'content-range': `bytes ${start}-${hub.content.length - 1}/${hub.linkedSize}` }),
    })
    if (fault !== 'break-off' && fault !== 'stall' && fault !== 'hold') return response.end(body)
    const half = Math.floor(body.length / 2)
    response.write(body.subarray(0, half), () => {
      if (fault === 'break-off') response.destroy()
    })
    if (fault === 'hold') held.push(() => response.end(body.subarray(half)))
  }

  const held: (() => void)[] = []
  const hub: StandInHub = {
    endpoint: await listen(endpoint),
    storage: await listen(storage),
    faults: [],
    isDown: false,
    release() {
      for (const send of held.splice(0)) send()
    },
    linkedSha256: sha256(content),
    linkedSize: content.length,
    content,
    etag: '"v1"',
    seen,
    async close() {
      for (const server of [endpoint, storage]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
  return hub
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}
