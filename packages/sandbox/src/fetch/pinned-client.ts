import { isIP } from 'node:net'
import { buildConnector, Client } from 'undici'
import { hostOf } from './web-address.ts'

const maxHeaderBytes = 32 << 10

/**
 * One connection to one address for one URL's host: no second look at its name, no proxy from the environment, no HTTP/2. The certificate
 * is checked against the name. The caller destroys it.
 */
export function pinnedClient(url: URL, address: string, timeoutMs: number): Client {
  const host = hostOf(url)
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, maxCachedSessions: 0 })
  return new Client(url.origin, {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    pipelining: 1,
    connect: (options, done) =>
      connect({ ...options, hostname: address, servername: isIP(host) ? '' : host.replace(/\.$/, '') }, done),
  })
}
