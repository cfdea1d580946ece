import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type SafeRequest, safeRequest } from '../fetch/safe-request.ts'
import { SandboxError } from '../sandbox-error.ts'
import { pktFlush, pktLine, readPktLines } from './pkt-line.ts'
import { isForeignRef } from './read-refs.ts'

/** What a server offers: names with their commits, and the branch that is current there. `base`: where it answered. */
export type RemoteRefs = { base: string; refs: Map<string, string>; head: string | undefined }
export type FetchPackOptions = Pick<SafeRequest, 'resolve' | 'policy' | 'signal' | 'timeoutMs'> & {
  /** Of the pack; 512 MiB unless told. */
  maxBytes?: number
  /** Bytes of the pack that have come so far, whenever more have. */
  onProgress?: (bytes: number) => void
}

const service = 'git-upload-pack'
/** Some servers show their pages to whoever is not git. */
const agent = 'git/reynard'
const maxRefs = 20_000
const oid = /^[0-9a-f]{40}$/
const wanted = /^refs\/(?:heads|tags)\//

/** Asks a server for its branches and tags by git's HTTP protocol. Throws as `safeRequest`, `too-many` over 20,000, `failed`. */
export function listRemoteRefs(url: URL, options: FetchPackOptions = {}): Promise<RemoteRefs> {
  const address = `${url.href.replace(/\/$/, '')}/info/refs?service=${service}`
  return safeRequest(
    address,
    { timeoutMs: 30_000, ...options, headers: { 'user-agent': agent } },
    async ({ url, status, headers, body }) => {
      if (status === 401 || status === 403 || status === 404) {
        throw new SandboxError('not-found', 'There is no public repository at this address.')
      }
      if (status !== 200 || headers['content-type'] !== `application/x-${service}-advertisement`) {
        throw new SandboxError('failed', 'There is no git repository at this address.')
      }
      const refs = new Map<string, string>()
      let head: string | undefined
      for await (const line of readPktLines(body)) {
        const text = line?.toString() ?? ''
        const [id = '', rest = ''] = text.split(' ', 1).concat(text.slice(41))
        const [name = '', abilities] = rest.replace(/\n$/, '').split('\0')
        head ??= abilities && /(?:^| )symref=HEAD:refs\/heads\/(\S+)/.exec(abilities)?.[1]
        if (!oid.test(id) || !wanted.test(name) || !isForeignRef(name)) continue
        if (refs.size >= maxRefs)
          throw new SandboxError('too-many', `The repository has more than ${maxRefs} branches and tags.`)
        refs.set(name, id)
      }
      return {
        base: url.href.slice(0, url.href.lastIndexOf('/info/refs')),
        refs,
        head: head && refs.has(`refs/heads/${head}`) ? head : undefined,
      }
    },
  )
}

/**
 * Fetches all that these refs lead to into one pack file, whose bytes nobody has looked at yet. Throws as `safeRequest`, `too-large`, and
 * `failed` with what the server said.
 */
export async function fetchPack(
  { base, refs }: RemoteRefs,
  path: string,
  options: FetchPackOptions = {},
): Promise<void> {
  const { maxBytes = 512 << 20, onProgress, ...web } = options
  const [first, ...others] = new Set(refs.values())
  if (first === undefined) return
  const wants = [`want ${first} side-band-64k ofs-delta no-progress\n`, ...others.map((id) => `want ${id}\n`)]
  const body = Buffer.from(wants.map(pktLine).join('') + pktFlush + pktLine('done\n'))
  const headers = {
    'content-type': `application/x-${service}-request`,
    accept: `application/x-${service}-result`,
    'user-agent': agent,
  }
  await safeRequest(
    `${base}/${service}`,
    { timeoutMs: 300_000, ...web, method: 'POST', headers, body },
    async (answer) => {
      if (answer.status !== 200) throw new SandboxError('failed', `The server answered ${answer.status}.`)
      const pack = Readable.from(packBytes(answer.body, maxBytes, onProgress), { objectMode: false })
      await pipeline(pack, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal: web.signal })
    },
  )
}

async function* packBytes(
  body: AsyncIterable<unknown>,
  maxBytes: number,
  onProgress: FetchPackOptions['onProgress'],
): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const line of readPktLines(body)) {
    const band = line?.[0]
    if (!line || band === undefined) continue
    const rest = line.subarray(1)
    if (band === 3)
      throw new SandboxError(
        'failed',
        `The server refused: ${rest
          .toString()
          .replaceAll(/\p{Cc}/gu, ' ')
          .slice(0, 200)}`,
      )
    // What is no band is the answer to our wants, band 2 is for people to watch.
    if (band !== 1) continue
    bytes += rest.length
    if (bytes > maxBytes) throw new SandboxError('too-large', `The repository is larger than ${maxBytes} bytes.`)
    onProgress?.(bytes)
    yield rest
  }
}
