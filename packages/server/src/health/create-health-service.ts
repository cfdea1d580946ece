import { arch, cpus, platform, release, totalmem } from 'node:os'
import { countRows, listSettings } from '@reynard/db'
import type { DiagnosticsBundle, HealthReport, OperatorSettingsView, SystemStatus } from '@reynard/protocol'
import { zipTexts } from '@reynard/sandbox'
import type { Env } from '../env.ts'
import { recentLines } from '../logging/recent-lines.ts'
import { checkHealth } from './check-health.ts'
import { type CheckHost, healthChecks } from './health-checks.ts'
import { createScrub } from './scrub.ts'

type Options = CheckHost & {
  env: Env
  logger: object
  status: () => SystemStatus
  settingsView: () => OperatorSettingsView
}

/** How the server is, part by part, and all of it as a file for a bug report. */
export type HealthService = {
  check(): Promise<HealthReport>
  /** Versions, settings, checks, counts and the last lines of the log; no secret, no text of a chat. */
  diagnostics(): Promise<DiagnosticsBundle>
}

/** Of settings that hold words of people only their length is told. */
const wordy = new Set(['systemPrompt'])

/** Looks when it is asked, and never by itself. */
export function createHealthService(options: Options): HealthService {
  const { db, env, clock, logger, status, settingsView } = options
  const checks = healthChecks(options)
  const check = () => checkHealth(checks, () => clock.now())

  async function diagnostics(): Promise<DiagnosticsBundle> {
    const [report, rows, counts] = await Promise.all([check(), listSettings(db.kysely, ''), countRows(db.kysely)])
    const scrub = createScrub([
      ...secretsOf(env),
      ...rows.flatMap(({ key, value }) => (key === 'web-search' ? wordsOf(value) : [])),
    ])
    const { version, engines, active, defaultModel, slots, machine } = status()
    const view = settingsView()
    const { values } = { values: { ...view.inherited, ...dropNulls(view.saved) } }
    const files = {
      'README.txt':
        'What Reynard found out about itself, for a bug report. It holds no secret and no text of a chat. Read it before you send it.\n',
      'versions.json': json({
        reynard: version,
        node: process.version,
        sqlite: process.versions.sqlite,
        database: db.dialect,
        system: `${platform()} ${release()} ${arch()}`,
        processors: `${cpus().length} × ${cpus()[0]?.model ?? '?'}`,
        memoryBytes: totalmem(),
        upSeconds: Math.round(process.uptime()),
      }),
      'settings.json': json({
        settings: view.settings.map(({ name, variable, source }) => ({
          name,
          variable,
          source,
          value: wordy.has(name) ? lengthOf(values[name]) : values[name],
        })),
        environment: view.environment.map(({ variable, isSet, value }) => ({ variable, isSet, value })),
      }),
      'checks.json': json(report),
      'status.json': json({ engines, active, defaultModel, slots, machine }),
      'counts.json': json(counts),
      'log.ndjson': recentLines(logger).join(''),
    }
    const entries = Object.entries(files).map(([name, text]) => ({ name, text: scrub(text) }))
    const day = new Date(clock.now()).toISOString().slice(0, 10)
    return { name: `reynard-diagnostics-${day}.zip`, zip: (await zipTexts(entries)).toString('base64') }
  }

  return { check, diagnostics }
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
const lengthOf = (value: unknown) => (typeof value === 'string' ? `${value.length} characters` : null)
const dropNulls = (saved: object) => Object.fromEntries(Object.entries(saved).filter(([, value]) => value !== null))

/** Whatever the environment says that opens something. */
function secretsOf({
  databaseUrl,
  openai,
  search,
  huggingFace,
  metricsToken,
  setUpCode,
  ollama,
}: Env): (string | null)[] {
  const addresses = [databaseUrl, ollama.baseUrl, openai.baseUrl, search.searxngBaseUrl, huggingFace.endpoint]
  return [
    openai.apiKey,
    search.braveApiKey,
    search.tavilyApiKey,
    huggingFace.token,
    metricsToken,
    setUpCode.code,
    ...addresses.flatMap((address) => (address === null ? [] : passwordOf(address))),
  ]
}

function passwordOf(address: string): string[] {
  const password = URL.parse(address)?.password ?? ''
  return password === '' ? [] : [password, decodeURIComponent(password)]
}

/** Every text of a row, for a key may be any of them; of an address its password. */
function wordsOf(row: string): string[] {
  try {
    const value: unknown = JSON.parse(row)
    const words = Object.values(Object(value)).filter((word) => typeof word === 'string')
    return words.flatMap((word) => (/^https?:/.test(word) ? passwordOf(word) : [word]))
  } catch {
    return []
  }
}
