import { LOCAL_OWNER_ID } from '@reynard/db'
import { openTestDatabase } from '@reynard/db/testing'
import type { Engine, EnginePart } from '@reynard/engine'
import { createScriptedEngine } from '@reynard/engine/testing'
import { openRunKit, question, targetFor } from './open-run-kit.ts'

const N = Number(process.argv[2]),
  T = Number(process.argv[3]),
  rate = Number(process.argv[4] ?? 0)
const base = createScriptedEngine()
async function* chat(): AsyncGenerator<EnginePart> {
  const start = performance.now()
  for (let i = 0; i < T; i++) {
    if (rate) {
      const due = start + (i * 1000) / rate
      const w = due - performance.now()
      if (w > 1) await new Promise((r) => setTimeout(r, w))
    } else if (i % 10 === 0) await new Promise((r) => setImmediate(r))
    yield { type: 'text', text: 'word ' }
  }
  yield { type: 'end', reason: 'stop', usage: { promptTokens: 10, completionTokens: T } }
}
const engine = { ...base, chat } as Engine
const db = await openTestDatabase('sqlite')
const kit = await openRunKit({
  db,
  selection: { state: 'ready', target: targetFor(engine, { slots: N }) },
  ceiling: N,
  places: N + 10,
})
for (let round = 0; round < 3; round++) {
  const c0 = process.cpuUsage()
  const t0 = performance.now()
  const sents = await Promise.all(Array.from({ length: N }, () => kit.runs.send(LOCAL_OWNER_ID, question())))
  const t1 = performance.now()
  const c1 = process.cpuUsage(c0)
  let items = 0,
    events = 0
  const ttfts: number[] = []
  await Promise.all(
    sents.map(async (s) => {
      let first = true
      for await (const it of kit.watch(s.runId)) {
        items++
        if (it.kind === 'events') {
          events += it.events.length
          if (first && it.events.some((e) => e.type === 'text-delta')) {
            first = false
            ttfts.push(performance.now() - t0)
          }
        }
      }
    }),
  )
  const t2 = performance.now()
  const c = process.cpuUsage(c0)
  ttfts.sort((a, b) => a - b)
  console.log({
    sendMs: (t1 - t0).toFixed(1),
    sendCpuPerChatUs: ((c1.user + c1.system) / N).toFixed(0),
    totalMs: (t2 - t0).toFixed(0),
    cpuUsPerToken: ((c.user + c.system) / (N * T)).toFixed(2),
    items,
    events,
    p50: ttfts[N >> 1]?.toFixed(0),
    p95: ttfts[Math.floor(N * 0.95)]?.toFixed(0),
  })
}
await kit.runs.close(0)
await db.close()
process.exit(0)
