import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { SandboxError } from '../sandbox-error.ts'
import { isPublicAddress } from './public-address.ts'

/** Which servers may be asked. Only tests replace it: `publicWeb` is the wall. */
export type WebPolicy = { ports: readonly number[]; isAllowed(address: string): boolean }
export const publicWeb: WebPolicy = { ports: [80, 443], isAllowed: isPublicAddress }

/** All addresses of a host name. The default asks the system. */
export type Resolve = (host: string) => Promise<readonly string[]>
export const resolveBySystem: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address)

/**
 * The URL of a page that may be asked for, as far as its text tells. Throws `bad-path` for no URL, other schemes than http and https,
 * user names, other ports, and names without a dot.
 */
export function parseWebUrl(text: string, base?: URL, policy: WebPolicy = publicWeb): URL {
  const refuse = (why: string) => new SandboxError('bad-path', `This address can't be fetched: ${why}.`)
  const url = URL.parse(text, base?.href)
  if (!url) throw refuse('it is no URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse('only http and https are')
  if (url.username || url.password) throw refuse('it has a user name')
  const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443)
  if (!policy.ports.includes(port)) throw refuse(`port ${port} is closed`)
  const host = hostOf(url)
  if (!isIP(host) && !host.replace(/\.$/, '').includes('.')) throw refuse('it names a machine of the local network')
  return url
}

/**
 * The addresses to connect to for a URL, IPv4 first. The name is resolved here and nowhere else: what the connection is made to is what
 * was looked at. Throws `denied` where any of them is not public, `not-found` where there is none.
 */
export async function addressesOf(url: URL, resolve: Resolve, policy: WebPolicy = publicWeb): Promise<string[]> {
  const host = hostOf(url)
  const addresses = isIP(host) ? [host] : await resolved(host, resolve)
  if (addresses.length === 0) throw new SandboxError('not-found', `There is no server of the name ${host}.`)
  if (!addresses.every((address) => policy.isAllowed(address))) {
    throw new SandboxError('denied', `${host} is not on the public internet, so it is not fetched.`)
  }
  return addresses.toSorted((a, b) => isIP(a) - isIP(b))
}

/** The host name without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host)
  } catch (cause) {
    throw new SandboxError('not-found', `The name ${host} could not be resolved.`, { cause })
  }
}
