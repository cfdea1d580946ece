import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Proxies whose word counts, by address or network (`10.0.0.0/8`). */
export function trustedProxies(listed: readonly string[]): BlockList {
  const trusted = new BlockList()
  for (const entry of listed) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  return trusted
}

function isTrusted(trusted: BlockList, address: string): boolean {
  return trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '')
}

/**
 * Who is at the other end: of what trusted proxies add to X-Forwarded-For, from the right, the first that is none of them. What anybody
 * else says of themselves is not looked at.
 */
export function clientAddress(req: IncomingMessage, trusted: BlockList): string {
  let address = plain(req.socket.remoteAddress ?? '')
  const hops = String(req.headers['x-forwarded-for'] ?? '').split(',')
  while (isTrusted(trusted, address)) {
    const next = plain(hops.pop()?.trim() ?? '')
    if (isIP(next) === 0) return address
    address = next
  }
  return address
}

/** Whether the person came by https, as a trusted proxy says. */
export function cameByHttps(req: IncomingMessage, trusted: BlockList): boolean {
  return isTrusted(trusted, plain(req.socket.remoteAddress ?? '')) && req.headers['x-forwarded-proto'] === 'https'
}
