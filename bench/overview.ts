import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createReynardClient } from '@reynard/client'
import { openServer, readEnv } from '@reynard/server'
import { printTable } from './table.ts'
import { makeTempFolder } from './temp-folder.ts'

/**
 * `npm run bench:overview`: what the console's overview costs the server with a million run events stored, of 20,000 runs in 30 days: the
 * time of all its threads for an overview that nothing is kept of (each server is asked once for each range), median of five.
 */
const runCount = 20_000
const eventsPerRun = 50
const eventsPerSegment = 10
const rounds = 5
const ranges = ['hour', 'day', 'month'] as const
const monthMs = 30 * 24 * 3_600_000

const dataDir = makeTempFolder('reynard-bench-overview-')
const env = readEnv({
  PORT: '0',
  REYNARD_DATA_DIR: dataDir,
  REYNARD_ENGINE: 'ollama',
  OLLAMA_BASE_URL: 'http://127.0.0.1:1',
  REYNARD_STARTER: 'off',
  LOG_LEVEL: 'silent',
})

async function open() {
  const server = await openServer({ env })
  const http = createServer((req, res) => {
    if (!server.handleRequest(req, res)) res.writeHead(404).end()
  })
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))
  const { port } = http.address() as AddressInfo
  const client = createReynardClient({ baseUrl: `http://localhost:${port}` })
  return {
    trpc: client.trpc,
    async close() {
      await client.close()
      await server.close()
      http.closeAllConnections()
      http.close()
    },
  }
}

function fill(): void {
  const database = new DatabaseSync(join(dataDir, 'reynard.db'))
  const owner = String(database.prepare('select id from users').get()?.id)
  const chat = database.prepare(
    `insert into conversations (id, owner_id, title, title_source, source, created_at, updated_at) values (?, ?, 'A chat', 'person', 'ui', 1, 1)`,
  )
  const run = database.prepare(
    `insert into runs (id, conversation_id, owner_id, kind, request_key, state, end_reason, model, request, view, created_at, ended_at)
      values (?, ?, ?, 'answer', ?, 'ended', 'done', ?, '{}', ?, ?, ?)`,
  )
  const segment = database.prepare(
    'insert into run_events (run_id, seq, last_seq, events, created_at) values (?, ?, ?, ?, ?)',
  )
  const figures = database.prepare(
    `insert into run_figures (run_id, owner_id, conversation_id, engine, model, end_reason, tokens, created_at, started_at, first_token_at,
      ended_at, wait_ms, first_token_ms, duration_ms) values (?, ?, ?, 'ollama', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const now = Date.now()
  const view = JSON.stringify({ text: 'words '.repeat(300) })
  const events = JSON.stringify(
    Array.from({ length: eventsPerSegment }, (_, i) => ({
      seq: i + 1,
      at: now,
      type: 'text-delta',
      text: 'word ',
      tokens: 1,
    })),
  )
  database.exec('begin')
  for (let i = 0; i < runCount; i += 1) {
    const id = `run-${i}`
    const model = `model-${i % 4}`
    const endedAt = now - Math.floor((i / runCount) * monthMs)
    const waitMs = (i * 7919) % 9_000
    const startedAt = endedAt - 6_000
    if (i % 20 === 0) chat.run(`chat-${i}`, owner)
    const chatId = `chat-${i - (i % 20)}`
    run.run(id, chatId, owner, id, model, view, startedAt - waitMs, endedAt)
    for (let seq = 1; seq <= eventsPerRun; seq += eventsPerSegment)
      segment.run(id, seq, seq + eventsPerSegment - 1, events, endedAt)
    const reason = i % 50 === 0 ? 'failed' : 'done'
    const first = (i * 104_729) % 2_000
    figures.run(
      id,
      owner,
      chatId,
      model,
      reason,
      200,
      startedAt - waitMs,
      startedAt,
      startedAt + first,
      endedAt,
      waitMs,
      first,
      6_000 + waitMs,
    )
  }
  database.exec('commit')
  database.close()
}

const median = (values: number[]) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0

await (await open()).close()
fill()
const measured = new Map<string, number[]>()
for (let round = 0; round < rounds; round += 1) {
  const server = await open()
  // The first call of a process opens its connection and compiles what it runs: it is of a list, not of what is measured.
  await server.trpc.admin.listRuns.query({ limit: 1 })
  for (const range of ranges) {
    const before = process.cpuUsage()
    const overview = await server.trpc.admin.overview.query({ range })
    const { user, system } = process.cpuUsage(before)
    if (overview.runs.total === 0) throw new Error(`Nothing was counted in the ${range}.`)
    measured.set(range, [...(measured.get(range) ?? []), (user + system) / 1_000])
  }
  await server.close()
}
const rows = ranges.map((range) => ({
  what: `overview of the last ${range}, processor time`,
  measured: median(measured.get(range) ?? []),
  goal: 50,
  better: 'lower' as const,
  unit: 'ms',
  digits: 1,
}))
if (printTable(`With ${runCount * eventsPerRun} run events of ${runCount} runs`, rows).length > 0) process.exitCode = 1
process.exit()
