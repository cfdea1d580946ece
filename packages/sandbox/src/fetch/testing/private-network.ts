import { request } from 'node:http'
import { safeFetch } from '../safe-fetch.ts'
import { hostileUrls, publicHost } from './hostile-urls.ts'
import { openPrivateWeb } from './private-web.ts'

// Runs in a network namespace of its own (`unshare -n`): every address that is asked for lies on this machine's own loopback, and nothing
// leaves it. Prints what became of each case as one JSON object.

const { resolve, tried, publicNames, publicHits } = await openPrivateWeb()

const text = async (url: string, options: { timeoutMs?: number; signal?: AbortSignal; maxBytes?: number } = {}) => {
  const page = await safeFetch(url, { resolve, timeoutMs: 2000, ...options })
  return {
    text: page.bytes.toString().slice(0, 2000),
    bytes: page.bytes.length,
    truncated: page.truncated,
    url: page.url,
  }
}
const publicUrl = (path: string) => `http://${publicHost}${path}`

/** What most programs do: look at the name, then let something else look it up again. */
async function checkThenFetch(url: string) {
  const { hostname } = new URL(url)
  if ((await resolve(hostname)).some((address) => !publicNames.has(address))) throw new Error('refused')
  const [address] = await resolve(hostname)
  await new Promise<void>((done, fail) => {
    request({ host: address, path: '/', agent: false }, (answer) => answer.resume().on('end', done))
      .on('error', fail)
      .end()
  })
}

const plain: { url: string; leaks: number }[] = []
for (const [id, url] of hostileUrls.filter(([id]) => id < '96')) {
  const { leaks } = await tried(() => fetch(url, { signal: AbortSignal.timeout(1000) }).then((answer) => answer.text()))
  plain.push({ url: `${id} ${url}`, leaks })
}
const hostile = []
for (const [id, url] of hostileUrls) hostile.push({ id, url, ...(await tried(() => text(url))) })
const rebinding = []
for (let index = 0; index < 40; index++) rebinding.push(await tried(() => text('http://rebind.test/')))

const stopped = new AbortController()
setTimeout(() => stopped.abort(), 50)
const results = {
  plain,
  hostile,
  rebinding,
  naiveRebinding: (await tried(() => checkThenFetch('http://rebind.test/'))).leaks,
  publicHits: publicHits(),
  hello: await tried(() => text(publicUrl('/'))),
  six: await tried(() => text('http://six.test/')),
  fourHops: await tried(() => text(publicUrl('/hops?left=4'))),
  fiveHops: await tried(() => text(publicUrl('/hops?left=5'))),
  endless: await tried(() => text(publicUrl('/endless'))),
  silence: await tried(() => text(publicUrl('/silence'), { timeoutMs: 500 })),
  aborted: await tried(() => text(publicUrl('/silence'), { signal: stopped.signal })),
  headers: await tried(() => text(publicUrl('/headers'))),
  // The server packs its bomb in this very process, which takes seconds on a busy machine.
  gzip: await tried(() => text(publicUrl('/gzip'), { timeoutMs: 30_000 })),
  destroy: await tried(() => text(publicUrl('/destroy'))),
  broken: await tried(() => text(publicUrl('/broken'))),
  asked: await tried(() => text(publicUrl('/asked'))),
}
process.stdout.write(JSON.stringify(results), () => process.exit(0))
