import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fetchPostgresBin, findPostgresBin } from '../packages/db/src/testing/postgres-binaries.ts'

export type Need = { name: string; path: string | null; reason: string | null }

const debian = process.platform === 'linux' && existsSync('/etc/debian_version')
const canApt = debian && process.getuid?.() === 0
const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

let listsRead = false
function apt(...packages: string[]): string | null {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  if (!listsRead) {
    listsRead = true
    spawnSync('apt-get', ['update', '-qq'], { env, timeout: 180_000 })
  }
  console.log(`  Installing ${packages.join(', ')}`)
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages]
  const result = spawnSync('apt-get', install, { env, timeout: 600_000, encoding: 'utf8' })
  return result.status === 0
    ? null
    : (result.stderr || String(result.error ?? 'apt-get failed')).trim().split('\n').slice(-2).join(' ')
}

function playwrightBrowser(): string | null {
  const require = createRequire(join(import.meta.dirname, '..', 'apps', 'web', 'package.json'))
  const { chromium } = require('@playwright/test') as { chromium: { executablePath(): string } }
  const path = chromium.executablePath()
  if (existsSync(path)) return path
  const cli = join(require.resolve('@playwright/test/package.json'), '..', 'cli.js')
  const result = spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit', timeout: 300_000 })
  return result.status === 0 && existsSync(path) ? path : null
}

/** A Chromium for the browser tests: the machine's own, Debian's package as root, else Playwright's download. */
export function findBrowser(): Need {
  const named = process.env.REYNARD_TEST_BROWSER
  const here = () => [named, ...browsers].find((path) => path && existsSync(path)) ?? null
  if (here()) return { name: 'Chromium', path: here(), reason: null }
  const problem = canApt ? apt('chromium') : null
  const path = here() ?? playwrightBrowser()
  return {
    name: 'Chromium',
    path,
    reason: path ? null : (problem ?? 'no browser here, and Playwright could not download one'),
  }
}

/** A Postgres to start for the tests: the machine's, Debian's package as root, else the one from npm. */
export async function findPostgres(): Promise<Need> {
  if (process.env.TEST_DATABASE_URL) return { name: 'Postgres', path: 'TEST_DATABASE_URL', reason: null }
  const problem = !findPostgresBin() && canApt ? apt('postgresql') : null
  try {
    return { name: 'Postgres', path: findPostgresBin() ?? (await fetchPostgresBin()), reason: null }
  } catch (error) {
    return { name: 'Postgres', path: null, reason: problem ?? (error instanceof Error ? error.message : String(error)) }
  }
}

const pythonPackages = ['numpy', 'pandas', 'matplotlib', 'pytest']

/** Those that Debian's Python lacks: the sandbox runs this one, whatever other Python the machine has. */
function missingPythonPackages(): string[] {
  if (!existsSync('/usr/bin/python3')) return pythonPackages
  const script = 'import importlib.util, sys; print(*[n for n in sys.argv[1:] if not importlib.util.find_spec(n)])'
  const result = spawnSync('/usr/bin/python3', ['-I', '-c', script, ...pythonPackages], { encoding: 'utf8' })
  return result.status === 0 ? result.stdout.split(/\s+/).filter(Boolean) : pythonPackages
}

/** What the walls around tools are made of and what runs behind them: bubblewrap, ripgrep, git, iproute2 (tests alone), Python with its data packages. */
export function findSandboxPrograms(): Need[] {
  const missing = () => [
    ...(existsSync('/usr/bin/bwrap') ? [] : ['bubblewrap']),
    ...(existsSync('/usr/bin/rg') ? [] : ['ripgrep']),
    ...(existsSync('/usr/bin/git') ? [] : ['git']),
    ...(['/usr/sbin/ip', '/usr/bin/ip', '/sbin/ip'].some((path) => existsSync(path)) ? [] : ['iproute2']),
    ...missingPythonPackages().map((name) => `python3-${name}`),
  ]
  const before = missing()
  const problem = before.length > 0 && canApt ? apt(...before) : null
  const still = before.length > 0 ? missing() : []
  const python = still.filter((name) => name.startsWith('python3-'))
  const reason = (packages: string[]) => problem ?? `install it with: apt-get install ${packages.join(' ')}`
  const need = (name: string, path: string, packages: string[]): Need =>
    packages.length > 0 ? { name, path: null, reason: reason(packages) } : { name, path, reason: null }
  return [
    need('bubblewrap', '/usr/bin/bwrap', still.includes('bubblewrap') ? ['bubblewrap'] : []),
    need('ripgrep', '/usr/bin/rg', still.includes('ripgrep') ? ['ripgrep'] : []),
    need('git', '/usr/bin/git', still.includes('git') ? ['git'] : []),
    need('ip', 'iproute2', still.includes('iproute2') ? ['iproute2'] : []),
    need(`Python with ${pythonPackages.join(', ')}`, '/usr/bin/python3', python),
  ]
}

/** The proxies that `deploy/` has a configuration for; their tests start them. `path` null: those tests say that they could not. */
export function findProxies(): Need[] {
  const programs = [
    { name: 'nginx', path: '/usr/sbin/nginx' },
    { name: 'caddy', path: '/usr/bin/caddy' },
  ]
  const missing = programs.filter(({ path }) => !existsSync(path)).map(({ name }) => name)
  const problem = missing.length > 0 && canApt ? apt(...missing) : null
  const reason = problem ?? `install it with: apt-get install ${missing.join(' ')}`
  return programs.map(({ name, path }) =>
    existsSync(path) ? { name, path, reason: null } : { name, path: null, reason },
  )
}

/** What the machine is, in one line, for reports. */
export function describeMachine(): string {
  const os = existsSync('/etc/os-release')
    ? /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
    : undefined
  return `${os ?? process.platform}, ${process.arch}, Node ${process.versions.node}`
}

if (import.meta.main) {
  const needs = [findBrowser(), await findPostgres(), ...findSandboxPrograms(), ...findProxies()]
  console.log(JSON.stringify({ machine: describeMachine(), needs }))
}
