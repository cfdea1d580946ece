import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { cameByHttps, clientAddress, isAddressOrNetwork, trustedProxies } from './client-address.ts'

function request(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage
}

describe('the address of a caller', () => {
  const trusted = trustedProxies(['10.0.0.5', '172.16.0.0/12', 'fd00::/8'])
  const from = (peer: string, forwarded?: string) =>
    clientAddress(request(peer, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }), trusted)

  it('is the peer, whatever a stranger says of itself', () => {
    expect(from('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9')
    expect(from('::ffff:203.0.113.9')).toBe('203.0.113.9')
  })
  it('is what the last trusted proxy saw, through several of them', () => {
    expect(from('10.0.0.5', '198.51.100.1')).toBe('198.51.100.1')
    expect(from('10.0.0.5', '6.6.6.6, 198.51.100.1, 172.20.3.4')).toBe('198.51.100.1')
    expect(from('fd00::1', '2001:db8::7, fd12::9')).toBe('2001:db8::7')
  })
  it('is the proxy itself where it says nothing, or nothing that is an address', () => {
    expect(from('10.0.0.5')).toBe('10.0.0.5')
    expect(from('10.0.0.5', 'unknown')).toBe('10.0.0.5')
    expect(from('10.0.0.5', '198.51.100.1, <script>')).toBe('10.0.0.5')
  })
  it('came by https only as a trusted proxy says', () => {
    const headers = { 'x-forwarded-proto': 'https' }
    expect(cameByHttps(request('10.0.0.5', headers), trusted)).toBe(true)
    expect(cameByHttps(request('203.0.113.9', headers), trusted)).toBe(false)
  })
})

it('tells addresses and networks from what only looks like them', () => {
  for (const good of ['10.0.0.5', '0.0.0.0/0', '172.16.0.0/12', '::1', 'fd00::/8', '2001:db8::/128'])
    expect([good, isAddressOrNetwork(good)]).toEqual([good, true])
  for (const bad of [
    '10.0.0',
    '10.0.0.256',
    '10.0.0.0/33',
    '::/129',
    'fe80::1%eth0',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    'dead',
    '',
  ])
    expect([bad, isAddressOrNetwork(bad)]).toEqual([bad, false])
})
