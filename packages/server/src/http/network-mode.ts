import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { type GuardVerdict, isForeignSite, refuse } from './local-mode.ts'

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?$/i

/**
 * The door of a server with accounts: whoever signs in may come from anywhere, but not by way of a page of another site. A name must be
 * one that the operator listed, because any other may have been bound to this address; an address in numbers can't be, and is let in.
 * @param allowedHosts names, with a port where only that one is meant; this machine's own name `localhost` is always one
 */
export function createNetworkGuard(allowedHosts: readonly string[]): (req: IncomingMessage) => GuardVerdict {
  const allowed = new Set(['localhost', ...allowedHosts.map((host) => host.toLowerCase())])
  const isAllowed = (host: string) => {
    const [, name = '', port = ''] = HOST.exec(host) ?? []
    return isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || allowed.has(name) || allowed.has(`${name}${port}`)
  }
  return (req) => {
    // "GET http://elsewhere/ …" is what a client says to a proxy, which this is not.
    const host = (/^[a-z]+:/i.test(req.url ?? '') ? '' : (req.headers.host ?? '')).toLowerCase()
    if (!isAllowed(host)) {
      return refuse(
        'host',
        `The name ${JSON.stringify(host.slice(0, 100))} is not one of this server's. Whoever runs it adds it to REYNARD_ALLOWED_HOSTS.`,
      )
    }
    const { origin } = req.headers
    if (origin !== undefined && !isOwnOrigin(origin.toLowerCase(), host)) {
      return refuse('origin', 'A page of another site asked for this. Only pages of Reynard itself may.')
    }
    if (isForeignSite(req)) {
      return refuse('cross-site', 'A page of another site asked for this. Only pages of Reynard itself may.')
    }
    return { ok: true }
  }
}

/** The page came from the very host that it asks; by https where a proxy in front of this server speaks it. */
function isOwnOrigin(origin: string, host: string): boolean {
  return origin === `http://${host.replace(/:80$/, '')}` || origin === `https://${host.replace(/:443$/, '')}`
}
