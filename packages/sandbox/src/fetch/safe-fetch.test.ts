import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { isPublicAddress } from './public-address.ts'
import { hostileUrls } from './testing/hostile-urls.ts'

// Hostile inputs 91–100 of the sandbox's list, in a network namespace without any network but its own loopback.

const path = '/usr/sbin:/usr/bin:/sbin:/bin'
const unshare = process.getuid?.() === 0 ? ['-n'] : ['-rn']
const possible = spawnSync('unshare', [...unshare, 'ip', 'link'], { env: { PATH: path } }).status === 0
const required = process.env.SANDBOX_REQUIRED === '1'

type End = {
  value?: { text: string; bytes: number; truncated: boolean; url: string }
  code?: string
  leaks: number
  wallMs: number
}
type Single = 'hello' | 'six' | 'fourHops' | 'fiveHops' | 'endless' | 'silence' | 'aborted' | 'headers' | 'gzip'
type Results = Record<Single | 'destroy' | 'broken' | 'asked', End> & {
  plain: { url: string; leaks: number }[]
  hostile: (End & { id: string; url: string })[]
  rebinding: End[]
  naiveRebinding: number
  publicHits: number
}

describe.skipIf(!possible && !required)('in a network of its own', () => {
  let results: Results
  beforeAll(async () => {
    const script = fileURLToPath(new URL('./testing/private-network.ts', import.meta.url))
    // A proxy from the environment would move the look at the name to where our eyes are not.
    const proxy = 'http://127.0.0.1:6379'
    const env = { PATH: path, HTTP_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: proxy }
    const { stdout } = await promisify(execFile)('unshare', [...unshare, process.execPath, '--no-warnings', script], {
      env,
      maxBuffer: 16 << 20,
    })
    results = JSON.parse(stdout)
  })

  test('control: a public page comes, over both kinds of address, and a plain fetch reaches our own network', () => {
    expect(results.hello).toMatchObject({ value: { text: 'hello' }, leaks: 0 })
    expect(results.six).toMatchObject({ value: { text: 'hello' }, leaks: 0 })
    expect(results.plain.filter(({ leaks }) => leaks > 0).length).toBeGreaterThan(15)
    expect(results.naiveRebinding).toBe(1)
  })

  test.each(hostileUrls.map(([id, url], index) => ({ id, url, index })))('$id $url', ({ index, id }) => {
    const { code, leaks, value } = results.hostile[index]!
    expect(value).toBeUndefined()
    expect(leaks).toBe(0)
    expect(code).toBeOneOf(id === '98' ? ['denied', 'bad-path', 'too-many'] : ['denied', 'bad-path'])
  })

  test('97 a name that is public the first time and ours the second: half is fetched, half refused, nothing leaks', () => {
    expect(results.rebinding.filter(({ value }) => value)).toHaveLength(20)
    expect(results.rebinding.filter(({ code }) => code === 'denied')).toHaveLength(20)
    expect(results.rebinding.reduce((sum, { leaks }) => sum + leaks, 0)).toBe(0)
  })

  test('98 four redirects are followed, a fifth is not', () => {
    expect(results.fourHops).toMatchObject({ value: { text: 'arrived', url: 'http://public.test/hops?left=0' } })
    expect(results.fiveHops).toMatchObject({ code: 'too-many' })
  })

  test('91 a compressed body that nobody asked for is not unpacked', () => {
    expect(results.gzip).toMatchObject({ code: 'failed' })
    expect(JSON.parse(results.asked.value!.text)).toMatchObject({ 'accept-encoding': 'identity', host: 'public.test' })
  })

  test('100 bodies without end, without more, broken off, and headers without measure', () => {
    expect(results.endless).toMatchObject({ value: { bytes: 1 << 20, truncated: true } })
    expect(results.silence).toMatchObject({ code: 'timeout' })
    expect(results.aborted).toMatchObject({ code: 'aborted' })
    expect(results.headers).toMatchObject({ code: 'failed' })
    expect(results.broken).toMatchObject({ code: 'failed' })
    // A redirect whose body is destroyed half way: the process is still there to tell.
    expect(results.destroy).toMatchObject({ value: { text: 'hello' } })
  })
})

const notPublic = [
  ...['127.0.0.1', '0.0.0.0', '10.1.1.1', '172.16.0.1', '192.168.0.1', '169.254.0.1', '100.64.0.1', '192.0.0.8'],
  ...['192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::7f00:1', '::ffff:8.8.8.8', '64:ff9b::808:808', '64:ff9b:1::1', '100::1', '2001::1', '2002::1'],
  ...['2001:db8::1', 'fc00::1', 'fe80::1', 'fec0::1', 'ff02::1', 'localhost', ''],
]
test.each([
  ...['8.8.8.8', '93.184.216.34', '2606:4700::1111'].map((address) => ({ address, expected: true })),
  ...notPublic.map((address) => ({ address, expected: false })),
])('on the public internet: $address $expected', ({ address, expected }) => {
  expect(isPublicAddress(address)).toBe(expected)
})
