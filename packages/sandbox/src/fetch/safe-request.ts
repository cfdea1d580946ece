import type { Readable } from 'node:stream'
import { SandboxError } from '../sandbox-error.ts'
import { pinnedClient } from './pinned-client.ts'
import { addressesOf, parseWebUrl, publicWeb, type Resolve, resolveBySystem, type WebPolicy } from './web-address.ts'

export type SafeRequest = {
  method?: 'GET' | 'POST'
  headers?: Readonly<Record<string, string>>
  body?: Uint8Array
  /** For everything: names, redirects, headers and body; ms. */
  timeoutMs?: number
  signal?: AbortSignal
  resolve?: Resolve
  policy?: WebPolicy
  /** Whether a redirect may be followed, beyond what every address must pass; all may unless told. */
  mayFollow?: (to: URL, from: URL) => boolean
}
export type SafeAnswer = {
  url: URL
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Readable
}

const maxRedirects = 4
const redirects = new Set([301, 302, 303, 307, 308])
const userAgent = 'Reynard (self-hosted assistant; fetches pages that its user asks for)'

/**
 * Asks a public web server and hands the answer to `read`, whose end closes the connection. Each redirect of a GET passes the same checks
 * as the first address; a POST follows none. Bodies come as they are sent: none is decompressed.
 * Throws `bad-path`, `denied` (also for a redirect that `mayFollow` refuses), `not-found`, `timeout`, `aborted`, `too-many` (redirects), `failed`.
 */
export async function safeRequest<T>(
  address: string,
  request: SafeRequest,
  read: (answer: SafeAnswer) => Promise<T>,
): Promise<T> {
  const { timeoutMs = 10_000, policy = publicWeb } = request
  const deadline = AbortSignal.timeout(timeoutMs)
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline
  try {
    let url = parseWebUrl(address, undefined, policy)
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const end = await oneHop(url, { ...request, timeoutMs, policy, signal }, read)
      if ('value' in end) return end.value
      const next = parseWebUrl(end.location, url, policy)
      if (request.mayFollow?.(next, url) === false) {
        throw new SandboxError('denied', `${url.href} leads to another site: ${next.href}`)
      }
      url = next
    }
    throw new SandboxError('too-many', `This address was redirected more than ${maxRedirects} times.`)
  } catch (error) {
    if (request.signal?.aborted) throw new SandboxError('aborted', 'This was stopped.', { cause: error })
    if (deadline.aborted)
      throw new SandboxError('timeout', `The server did not answer within ${timeoutMs} ms.`, { cause: error })
    if (error instanceof SandboxError) throw error
    throw new SandboxError('failed', 'The server could not be reached, or broke off.', { cause: error })
  }
}

type Hop<T> = { value: T } | { location: string }

async function oneHop<T>(
  url: URL,
  request: SafeRequest & { timeoutMs: number; policy: WebPolicy; signal: AbortSignal },
  read: (answer: SafeAnswer) => Promise<T>,
): Promise<Hop<T>> {
  const { signal, timeoutMs } = request
  const addresses = await abortable(addressesOf(url, request.resolve ?? resolveBySystem, request.policy), signal)
  let failure: unknown
  for (const address of addresses.slice(0, 3)) {
    const client = pinnedClient(url, address, timeoutMs)
    try {
      const answer = await client.request({
        path: url.pathname + url.search,
        method: request.method ?? 'GET',
        headers: { 'user-agent': userAgent, ...request.headers, 'accept-encoding': 'identity' },
        body: request.body,
        signal,
      })
      // Without a listener the error of a body that is destroyed ends the process.
      answer.body.on('error', () => {})
      const location = answer.headers.location
      if (redirects.has(answer.statusCode) && typeof location === 'string') {
        if (request.method === 'POST')
          throw new SandboxError('denied', 'The server redirects a POST, which is not followed.')
        return { location }
      }
      const { statusCode: status, headers, body } = answer
      return { value: await read({ url, status, headers, body }) }
    } catch (error) {
      if (!isConnectFailure(error) || signal.aborted) throw error
      failure = error
    } finally {
      void client.destroy().catch(() => {})
    }
  }
  throw failure
}

const connectFailures = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])

function isConnectFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && connectFailures.has(error.code)
}

/** The promise, or the signal's end of it: a resolver can't be stopped, but need not be waited for. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
