import ipaddr from 'ipaddr.js'

/** Only here does IPv6 have public addresses; `::127.0.0.1` and local NAT64 lie outside and are called unicast all the same. */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** Whether an IP address is one of the public internet: no loopback, private, link-local, shared, reserved, mapped or tunnelled one. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(globalUnicast))
}
