import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Whether a text is an address (`10.0.0.5`, `::1`) or a network (`172.16.0.0/12`), such as `trustedProxies` takes. */
export function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || address.includes('%') || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
}

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
