import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

// Loaded before the server (`--import`): names under .test lie at one public address, and whoever connects to it comes to a server of
// the test. Everything of ours is as it always is, its walls too.

const address = '93.184.216.34'
const port = Number(process.env.FAKE_INTERNET_PORT)

const { lookup } = dns.promises
Object.assign(dns.promises, {
  lookup: (host: string, options: dns.LookupAllOptions) =>
    host.endsWith('.test') ? Promise.resolve([{ address, family: 4 }]) : lookup(host, options),
})

const leadsThere = (host = '') => host === address || host.endsWith('.test')
const { connect } = net
Object.assign(net, {
  connect: (options: net.TcpNetConnectOpts, listener?: () => void) =>
    connect(leadsThere(options.host) ? { ...options, host: '127.0.0.1', port, lookup: undefined } : options, listener),
})
syncBuiltinESMExports()
