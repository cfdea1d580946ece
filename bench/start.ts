import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { describeMachine } from '../scripts/setup.ts'
import { median, printTable, type Row } from './table.ts'
import { makeTempFolder } from './temp-folder.ts'

/**
 * `npm run bench:start [-- --warm-only]`: how long until the built app answers, and how long from a fresh clone with empty caches to the
 * first token of a real model (this one downloads everything again: the registry's speed is part of it).
 */
const root = join(import.meta.dirname, '..')
const deadlineMs = 10 * 60_000

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address ? address.port : 8000
}

async function until<Value>(look: () => Promise<Value | null>, child: ChildProcess): Promise<Value> {
  const end = performance.now() + deadlineMs
  while (performance.now() < end) {
    if (child.exitCode !== null) throw new Error(`The server ended with code ${child.exitCode}.`)
    const found = await look().catch(() => null)
    if (found !== null) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('Nothing came before the deadline.')
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

/** From the start of the built app to the first page, in milliseconds. */
async function measureWarm(): Promise<number> {
  const port = await freePort()
  const dataDir = makeTempFolder('reynard-bench-')
  const started = performance.now()
  const child = spawn(process.execPath, ['apps/web/server.ts'], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      REYNARD_DATA_DIR: dataDir,
      REYNARD_STARTER: 'off',
    },
  })
  const page = `http://127.0.0.1:${port}/`
  await until(async () => ((await fetch(page)).status === 200 ? true : null), child)
  const ms = performance.now() - started
  await stop(child)
  rmSync(dataDir, { recursive: true, force: true })
  return ms
}

/**
 * As in a person's own shell. `npm run` puts our runtime first, behind a shell script, and stopping that script would leave npm running.
 */
function pathOfTheMachine(): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.filter((folder) => !folder.includes('node_modules')).join(delimiter)
}

/** From `npm start` in a fresh clone, with empty npm and pnpm caches and no data, to the first token. In milliseconds. */
async function measureFresh(): Promise<number> {
  const folder = makeTempFolder('reynard-clone-')
  execFileSync('git', ['clone', '--quiet', root, join(folder, 'reynard')])
  const port = await freePort()
  const child = spawn('npm', ['start'], {
    cwd: join(folder, 'reynard'),
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      PATH: pathOfTheMachine(),
      PORT: String(port),
      OLLAMA_ENABLED: 'false',
      npm_config_cache: join(folder, 'npm'),
      npm_config_store_dir: join(folder, 'store'),
      PIP_NO_CACHE_DIR: '1',
    },
  })
  const started = performance.now()
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/api/ollama/chat/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'Say hello.', stream: true }),
    })
    if (response.status !== 200 || !response.body) return null
    for await (const chunk of response.body)
      if (Buffer.from(chunk).includes('"token"')) return performance.now() - started
    return null
  }
  const ms = await until(ask, child)
  await stop(child)
  rmSync(folder, { recursive: true, force: true })
  return ms
}

console.log(describeMachine())
const rows: Row[] = []
const warm = [await measureWarm(), await measureWarm(), await measureWarm()]
rows.push({
  what: 'built app: start to first page',
  measured: median(warm) / 1000,
  goal: 1.5,
  better: 'lower',
  unit: 's',
})
if (!process.argv.includes('--warm-only')) {
  const fresh = await measureFresh()
  rows.push({
    what: 'fresh clone, empty caches: to the first token',
    measured: fresh / 1000,
    goal: 60,
    better: 'lower',
    unit: 's',
  })
}
printTable('bench:start', rows)
