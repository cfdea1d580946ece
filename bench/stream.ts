import { rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createReynardClient } from '@reynard/client'
import { describeMachine } from '../scripts/setup.ts'
import { type Child, startChild } from './stream/child.ts'
import type { Load, StreamResult } from './stream/load.ts'
import { percentile, printTable, type Row } from './table.ts'
import { makeTempFolder } from './temp-folder.ts'

/**
 * `npm run bench:stream [-- --quick]`: N streams of 200 tokens straight from the fake Ollama, and the same through the server by the client
 * package. Load, fake and server are processes of their own on this one machine; slots and queue are set to N. Ratios compare what was
 * delivered in the same run.
 */
const quick = process.argv.includes('--quick')
const here = import.meta.dirname
const model = 'bench:latest'
const sizes = quick ? [1, 50] : [1, 50, 200, 500]
type Outcome = { results: (StreamResult & { length?: number })[]; wallMs: number }
type Usage = { cpuMs: number; rssBytes: number }

const fake = await startChild<{ url: string }>(join(here, '..', 'packages', 'fake-ollama', 'src', 'main.ts'), [
  '--port',
  '0',
  '--rate',
  '50',
  '--parallel',
  '1000',
  '--models',
  model,
])
const load = await startChild(join(here, 'stream', 'load-process.ts'), [])

async function startServer(settings: Record<string, string> = {}) {
  const dataDir = makeTempFolder('reynard-bench-')
  const child: Child & { hello: { url: string } } = await startChild(join(here, 'stream', 'server-process.ts'), [], {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    REYNARD_DATA_DIR: dataDir,
    REYNARD_ENGINE: 'ollama',
    REYNARD_STARTER: 'off',
    OLLAMA_BASE_URL: fake.hello.url,
    OLLAMA_MAX_CONCURRENT_REQUESTS: '1000',
    REYNARD_MODEL_SLOTS: '1000',
    REYNARD_QUEUE_PLACES: '2000',
    ...settings,
  })
  // Titles would ask the fake a second time for each chat, on neither side of the comparison.
  const client = createReynardClient({ baseUrl: child.hello.url })
  await client.trpc.admin.updateSettings.mutate({ titles: false })
  await client.close()
  return {
    url: child.hello.url,
    usage: () => child.ask<Usage>({ type: 'usage' }),
    async stop() {
      await child.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

const run = (part: Partial<Load> & Pick<Load, 'mode' | 'url' | 'streams'>) =>
  load.ask<Outcome>({
    type: 'run',
    load: { model, perSocket: 10, tokens: 200, rate: 50, overMs: 0, wantText: false, ...part } satisfies Load,
  })
const delivered = ({ results }: Outcome) =>
  results.reduce((sum, result) => sum + (result.length ?? result.text.length), 0)
const perSecond = (outcome: Outcome) => delivered(outcome) / (outcome.wallMs / 1000)
const ttft = (outcome: Outcome, share: number) =>
  percentile(
    outcome.results.map((result) => result.ttftMs),
    share,
  )

/** Bursts of short answers, in pairs, so that what else the machine does hits both sides: all times to the first token, in milliseconds. */
async function bursts(streams: number, url: string): Promise<{ direct: Outcome; ours: Outcome }> {
  const pairs = streams === 1 ? 25 : streams <= 50 ? 7 : 3
  const direct: Outcome = { results: [], wallMs: 0 }
  const ours: Outcome = { results: [], wallMs: 0 }
  for (let pair = 0; pair < pairs; pair++) {
    direct.results.push(...(await run({ mode: 'direct', url: fake.hello.url, streams, tokens: 20 })).results)
    ours.results.push(...(await run({ mode: 'through', url, streams, tokens: 20 })).results)
  }
  return { direct, ours }
}

/** Adds what one size gave to `rows`, and returns the CPU and memory that the server took meanwhile. */
async function compare(rows: Row[], streams: number, server: { url: string; usage(): Promise<Usage> }) {
  const burst = streams === 1 ? ([3, 5] as const) : streams <= 50 ? ([40, 80] as const) : ([400, 800] as const)
  const direct = await run({ mode: 'direct', url: fake.hello.url, streams })
  const before = await server.usage()
  const ours = await run({ mode: 'through', url: server.url, streams })
  const after = await server.usage()
  const failed = ours.results.filter((result) => result.error).map((result) => result.error)
  if (failed.length > 0) console.log(`  ${failed.length} of ${streams} failed: ${failed[0]}`)
  const started = await bursts(streams, server.url)
  const single = streams > 1 ? await run({ mode: 'through', url: server.url, streams, perSocket: 1 }) : null
  const name = `N = ${streams}`
  rows.push(
    {
      what: `${name}: delivered ÷ direct, 10 streams a socket`,
      measured: perSecond(ours) / perSecond(direct),
      baseline: 1,
      goal: streams <= 50 ? 0.99 : 0.97,
      better: 'higher',
      unit: '',
      digits: 3,
    },
    {
      what: `${name}: added TTFT p50, all at once`,
      measured: ttft(started.ours, 0.5) - ttft(started.direct, 0.5),
      baseline: ttft(started.direct, 0.5),
      goal: burst[0],
      better: 'lower',
      unit: 'ms',
      digits: 1,
    },
    {
      what: `${name}: added TTFT p95, all at once`,
      measured: ttft(started.ours, 0.95) - ttft(started.direct, 0.95),
      baseline: ttft(started.direct, 0.95),
      goal: burst[1],
      better: 'lower',
      unit: 'ms',
      digits: 1,
    },
  )
  if (single)
    rows.push({
      what: `${name}: delivered ÷ direct, one stream a socket`,
      measured: perSecond(single) / perSecond(direct),
      baseline: 1,
      goal: 0,
      better: 'higher',
      unit: '',
      digits: 3,
    })
  return { cpuMs: after.cpuMs - before.cpuMs, rssBytes: after.rssBytes, outcome: ours }
}

/** Started over ten seconds: what a newcomer waits for while others stream. */
async function compareSpread(rows: Row[], streams: number, url: string) {
  const direct = await run({ mode: 'direct', url: fake.hello.url, streams, overMs: 10_000 })
  const ours = await run({ mode: 'through', url, streams, overMs: 10_000 })
  for (const [share, goal] of [
    [0.5, 3],
    [0.95, 8],
  ] as const) {
    rows.push({
      what: `N = ${streams}: added TTFT p${share * 100}, over 10 s`,
      measured: ttft(ours, share) - ttft(direct, share),
      baseline: ttft(direct, share),
      goal,
      better: 'lower',
      unit: 'ms',
      digits: 1,
    })
  }
}

async function compareUnthrottled(rows: Row[], streams: number, url: string) {
  const ratios: number[] = []
  for (let pair = 0; pair < 5; pair++) {
    const direct = await run({ mode: 'direct', url: fake.hello.url, streams, rate: 'Infinity' })
    const ours = await run({ mode: 'through', url, streams, rate: 'Infinity' })
    ratios.push(perSecond(ours) / perSecond(direct))
  }
  rows.push({
    what: `N = ${streams}: unthrottled, delivered ÷ direct`,
    measured: percentile(ratios, 0.5),
    baseline: 1,
    goal: 0.5,
    better: 'higher',
    unit: '',
    digits: 2,
  })
}

/** What was streamed is what is saved: every chat read back and compared. Returns how many were lost or differ. */
async function readBack(outcome: Outcome, url: string): Promise<number> {
  const client = createReynardClient({ baseUrl: url })
  let wrong = 0
  for (const { conversationId, text } of outcome.results) {
    if (conversationId === null) wrong++
    else {
      const conversation = await client.trpc.chat.byId.query({ id: conversationId })
      if (conversation.messages.find((message) => message.role === 'assistant')?.text !== text || text === '') wrong++
    }
  }
  await client.close()
  return wrong
}

console.log(`${describeMachine()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`)
const rows: Row[] = []
const server = await startServer()
const idle = await server.usage()
// Both sides warm: their code compiled, their connections open.
for (let round = 0; round < 4; round++) {
  await run({ mode: 'direct', url: fake.hello.url, streams: 50, tokens: 20 })
  await run({ mode: 'through', url: server.url, streams: 50, tokens: 20 })
}
const rss = new Map<number, number>()
for (const streams of sizes) {
  const used = await compare(rows, streams, server)
  rss.set(streams, used.rssBytes)
}
// Two lengths at the same N: the slope is a token's cost, the rest is a chat's.
const cpuOf = async (tokens: number) => {
  const before = await server.usage()
  await run({ mode: 'through', url: server.url, streams: 50, tokens })
  return (await server.usage()).cpuMs - before.cpuMs
}
const shorts: number[] = []
const longs: number[] = []
for (let round = 0; round < 3; round++) {
  shorts.push(await cpuOf(20))
  longs.push(await cpuOf(420))
}
const [short, long] = [percentile(shorts, 0.5), percentile(longs, 0.5)]
const perToken = ((long - short) * 1000) / (50 * 400)
rows.push(
  {
    what: 'N = 50: server CPU per token, log on',
    measured: perToken,
    goal: 40,
    better: 'lower',
    unit: 'µs',
    digits: 1,
  },
  {
    what: 'N = 50: server CPU per new chat',
    measured: short / 50 - (perToken * 20) / 1000,
    goal: 1.5,
    better: 'lower',
    unit: 'ms',
  },
  { what: 'RSS idle', measured: idle.rssBytes / 1e6, goal: 250, better: 'lower', unit: 'MB', digits: 0 },
)
if (!quick) {
  const slope = ((rss.get(500) ?? 0) - (rss.get(50) ?? 0)) / 450 / 1e6
  rows.push({ what: 'RSS per live stream, 50 to 500', measured: slope, goal: 0.5, better: 'lower', unit: 'MB' })
}
for (const streams of quick ? [50] : [50, 200, 500]) await compareUnthrottled(rows, streams, server.url)
for (const streams of sizes) await compareSpread(rows, streams, server.url)

const many = quick ? 50 : 500
const burst = await run({ mode: 'through', url: server.url, streams: many, wantText: true })
rows.push(
  {
    what: `${many} new chats at once: refused or failed`,
    measured: burst.results.filter((result) => result.error).length,
    goal: 0,
    better: 'lower',
    unit: '',
    digits: 0,
  },
  {
    what: `${many} new chats at once: lost, or saved unlike streamed`,
    measured: await readBack(burst, server.url),
    goal: 0,
    better: 'lower',
    unit: '',
    digits: 0,
  },
)
await server.stop()

const slowDisk = await startServer({ BENCH_COMMIT_DELAY_MS: '10' })
for (let round = 0; round < 4; round++) await run({ mode: 'through', url: slowDisk.url, streams: 50, tokens: 20 })
const direct = await run({ mode: 'direct', url: fake.hello.url, streams: 50 })
const slow = await run({ mode: 'through', url: slowDisk.url, streams: 50 })
rows.push({
  what: 'N = 50 with 10 ms more per commit: delivered ÷ direct',
  measured: perSecond(slow) / perSecond(direct),
  baseline: 1,
  goal: 0.99,
  better: 'higher',
  unit: '',
  digits: 3,
})
await slowDisk.stop()

await load.stop()
await fake.stop()
const missed = printTable('bench:stream', rows)
console.log(missed.length === 0 ? '\nEvery goal is met.' : `\n${missed.length} of ${rows.length} goals are missed.`)
