import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { freemem, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { type Db, listSettings, putSetting } from '@reynard/db'
import type { HealthCheck } from '@reynard/protocol'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { EngineHub } from '../engines/engine-hub.ts'
import type { Clock } from '../runs/ports.ts'
import type { ServerSettings } from '../settings/server-settings.ts'

export type Finding = Pick<HealthCheck, 'state' | 'found' | 'advice'>
export type Check = Pick<HealthCheck, 'id' | 'label'> & { look(signal: AbortSignal): Promise<Finding> }

export type CheckHost = {
  db: Db
  clock: Clock
  dataDir: string
  hub: Pick<EngineHub, 'active' | 'engine' | 'defaultModel' | 'statuses'>
  settings: Pick<ServerSettings, 'engine'>
  sessions: Pick<ToolSessions, 'probe'>
}

const ok = (found: string): Finding => ({ state: 'ok', found, advice: null })
const warning = (found: string, advice: string): Finding => ({ state: 'warning', found, advice })
const bad = (found: string, advice: string): Finding => ({ state: 'bad', found, advice })
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`

const disk = { warnBytes: 2e9, badBytes: 200e6 }
const memory = { warnPart: 0.1, badPart: 0.03 }
/** A commit is a matter of milliseconds; beyond that the disk is what people wait for. */
const slowCommitMs = 500
const clockMs = { warn: 5_000, bad: 120_000 }
const probe = { scope: ':health', key: 'probe' } as const

/** Everything that can be looked at from the server itself; the way of a WebSocket to it only the page can try. */
export function healthChecks(host: CheckHost): Check[] {
  const { db, clock, dataDir, hub, settings, sessions } = host
  return [
    {
      id: 'database',
      label: 'Database',
      async look() {
        const value = JSON.stringify(`${clock.now()} ${Math.random()}`)
        const begin = performance.now()
        await db.commit([putSetting(db.kysely, { ...probe, value, now: clock.now() })])
        const rows = await listSettings(db.kysely, probe.scope)
        const ms = Math.round(performance.now() - begin)
        if (rows.find(({ key }) => key === probe.key)?.value !== value)
          return bad('What was written was not read back.', 'Restore the last backup; the log says more.')
        const found = `Wrote a row and read it back in ${ms} ms.`
        return ms < slowCommitMs
          ? ok(found)
          : warning(found, 'The disk of the database is slow or busy: move it to a faster one.')
      },
    },
    {
      id: 'disk',
      label: 'Disk',
      async look() {
        const { bavail, blocks, bsize } = await statfs(dataDir)
        const free = bavail * bsize
        const found = `${gigabytes(free)} of ${gigabytes(blocks * bsize)} free where the data folder is.`
        const advice = 'Free some space: models are the largest files.'
        if (free < disk.badBytes) return bad(found, advice)
        return free < disk.warnBytes ? warning(found, advice) : ok(found)
      },
    },
    {
      id: 'engine',
      label: 'Engine',
      async look(signal) {
        const kind = hub.active()
        const engine = kind === null ? null : hub.engine(kind)
        if (engine === null) {
          const problem = hub.statuses().flatMap((status) => status.problem ?? [])[0]
          return bad(problem ?? 'No engine answers.', 'Start Ollama, or download a model for the embedded engine.')
        }
        const begin = performance.now()
        const health = await engine.health({ signal })
        if (!health.ok) return bad(health.message, 'Start the engine, or correct its address in Settings.')
        const version = health.version === null ? '' : `, version ${health.version}`
        return ok(`${engine.label} answers in ${Math.round(performance.now() - begin)} ms${version}.`)
      },
    },
    {
      id: 'model',
      label: 'Model',
      async look(signal) {
        const model = hub.defaultModel()
        const kind = hub.active()
        const engine = kind === null ? null : hub.engine(kind)
        if (model === null || engine === null)
          return bad('There is no model to answer.', 'Download one on the page of models.')
        const here = (await engine.list({ signal })).some(({ name }) => name === model.name)
        if (!here) return bad(`${model.label} is not there any more.`, 'Choose another default model in Settings.')
        return model.note === null
          ? ok(`${model.label} answers where a chat names none.`)
          : warning(model.note, 'Choose a default model in Settings, or download the one that is set.')
      },
    },
    {
      id: 'sandbox',
      label: 'Sandbox',
      async look() {
        const missing = await sessions.probe()
        return missing === null
          ? ok('Programs of tools run behind all walls.')
          : warning('Tools that run programs are unavailable.', missing)
      },
    },
    {
      id: 'clock',
      label: 'Clock',
      async look(signal) {
        const { ollamaEnabled, ollamaBaseUrl } = settings.engine()
        if (!ollamaEnabled || hub.active() !== 'ollama')
          return ok('No other machine to compare with; the page compares this browser.')
        const sent = Date.now()
        const answer = await fetch(new URL('/api/version', ollamaBaseUrl), { signal, redirect: 'manual' })
        await answer.body?.cancel()
        const date = answer.headers.get('date')
        const theirs = date === null ? Number.NaN : Date.parse(date)
        if (Number.isNaN(theirs)) return ok('Ollama does not tell its time.')
        // A Date header has whole seconds, and was written somewhere between asking and reading.
        const off = Math.max(0, sent - theirs - 1_000, theirs - Date.now())
        const found = `${Math.round(off / 1000)} s apart from the machine of Ollama.`
        const advice = 'Set the clock by NTP on both machines: times in chats, sessions and links depend on it.'
        if (off >= clockMs.bad) return bad(found, advice)
        return off >= clockMs.warn ? warning(found, advice) : ok(found)
      },
    },
    {
      id: 'memory',
      label: 'Memory',
      async look() {
        const [free, total] = [freemem(), totalmem()]
        const found = `${gigabytes(free)} of ${gigabytes(total)} free; the server itself takes ${gigabytes(process.memoryUsage.rss())}.`
        const advice = 'Unload models that stand idle, or choose smaller ones.'
        if (free < total * memory.badPart) return bad(found, advice)
        return free < total * memory.warnPart ? warning(found, advice) : ok(found)
      },
    },
    {
      id: 'temp',
      label: 'Temp folder',
      async look() {
        const folder = await mkdtemp(join(tmpdir(), 'reynard-health-'))
        try {
          const file = join(folder, 'probe')
          await writeFile(file, 'probe')
          return (await readFile(file, 'utf8')) === 'probe'
            ? ok(`A file was written to ${tmpdir()} and read back.`)
            : bad(`What was written to ${tmpdir()} was not read back.`, 'Set TMPDIR to another folder.')
        } finally {
          await rm(folder, { recursive: true, force: true })
        }
      },
    },
  ]
}
