import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { buildPages } from './build-pages.mjs'
import { installDependencies } from './install.mjs'
import { nodeBinary } from './node-binary.mjs'
import { root } from './root.mjs'
import { runStep } from './run-step.mjs'

const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)
const totals = { passed: 0, failed: 0, skipped: 0 }

function report(label, { passed = 0, failed = 0, skipped = 0 }, ms, note = '') {
  totals.passed += passed
  totals.failed += failed
  totals.skipped += skipped
  const mark = failed > 0 ? 'FAILED ' : skipped > 0 && passed === 0 ? 'skipped' : 'ok     '
  const counts = passed + failed + skipped > 1 ? `  ${passed} passed, ${failed} failed, ${skipped} skipped` : ''
  console.log(`${mark} ${label} (${(ms / 1000).toFixed(1)} s)${counts}${note ? `  ${note}` : ''}`)
}

/** One check that passes or fails as a whole. */
async function check(label, file, args, options = {}) {
  const shell = process.platform === 'win32' && file.endsWith('.cmd')
  const result = await runStep(label, file, args, { cwd: root, shell, ...options })
  if (result.code !== 0) console.log(result.output)
  report(label, result.code === 0 ? { passed: 1 } : { failed: 1 }, result.ms)
  return result
}

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null)

const secondTry = (count) => (count > 0 ? `${count} of them only at the second try` : '')

async function vitest(folder, env) {
  const file = join(folder, 'vitest.json')
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const result = await runStep('Unit and integration tests', bin('vitest'), args, { cwd: root, env, quiet: false })
  const json = readJson(file)
  const counts = json
    ? {
        passed: json.numPassedTests,
        failed: json.numFailedTests + json.numFailedTestSuites,
        skipped: json.numPendingTests,
      }
    : { failed: 1 }
  if (result.code !== 0 && counts.failed === 0) counts.failed = 1
  const late = (json?.testResults ?? [])
    .flatMap((file) => file.assertionResults)
    .filter((each) => each.status === 'passed' && each.failureMessages.length > 0)
  for (const { fullName, failureMessages } of late) {
    console.log(`Only at the second try: ${fullName}\n  ${failureMessages[0].split('\n')[0]}`)
  }
  report('Unit and integration tests', counts, result.ms, secondTry(late.length))
}

async function playwright(folder, env) {
  const file = join(folder, 'playwright.json')
  const web = join(root, 'apps', 'web')
  const cli = join(web, 'node_modules', '@playwright', 'test', 'cli.js')
  const result = await runStep('Browser tests', nodeBinary(), [cli, 'test', '--reporter=list,json'], {
    cwd: web,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    quiet: false,
    timeoutMs: 50 * 60_000,
  })
  const stats = readJson(file)?.stats
  const counts = stats
    ? { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
    : { failed: 1 }
  if (result.code !== 0 && counts.failed === 0) counts.failed = 1
  report('Browser tests', counts, result.ms, secondTry(stats?.flaky ?? 0))
}

/** Runs every check and prints `N passed, N failed, N skipped` last. Exits 1 on a failure, and in CI on a part that could not run. */
export async function test() {
  await installDependencies()
  const folder = mkdtempSync(join(tmpdir(), 'reynard-test-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  // Every tool below must find the runtime of the lockfile first, not the machine's.
  const env = {
    ...process.env,
    PATH: dirname(nodeBinary()) + delimiter + process.env.PATH,
    NEXT_TELEMETRY_DISABLED: '1',
  }
  for (const name of Object.keys(env))
    if (/^(OLLAMA_|OPENAI_|REYNARD_(?!TEST_)|DATABASE_URL$|PORT$|HOST$)/.test(name)) delete env[name]
  Object.assign(env, { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', FORCE_COLOR: '0' })

  const setup = await runStep(
    'Looking for a browser, a Postgres and what sandboxes need',
    nodeBinary(),
    [join(root, 'scripts', 'setup.ts')],
    { cwd: root, env },
  )
  const found = JSON.parse(setup.output.trim().split('\n').at(-1) ?? '{}')
  console.log(found.machine)
  for (const need of found.needs) console.log(`${need.name}: ${need.path ?? `missing (${need.reason})`}`)
  const browser = found.needs.find((need) => need.name === 'Chromium')
  const walls = found.needs.find((need) => need.name === 'bubblewrap')
  // With this the tests of the sandbox fail where they would otherwise be skipped.
  if (process.env.CI || walls.path) env.SANDBOX_REQUIRED = '1'
  if (!walls.path && env.SANDBOX_REQUIRED) report('Walls around tools', { failed: 1 }, 0, walls.reason)

  await check('Format and lint', bin('biome'), ['check', '.'], { env })
  await check('Floating promises and switches', bin('oxlint'), ['--type-aware', '.'], { env })
  const pnpmDir = join(folder, 'bin')
  await check('Types', bin('turbo'), ['run', 'typecheck', '--output-logs=errors-only'], {
    env: await withPnpm(env, pnpmDir),
  })
  await check('Arrows of the house', nodeBinary(), [join(root, 'scripts', 'check-graph.ts')], { env })
  await check('Dead code', bin('knip'), [], { env })
  await vitest(folder, env)
  await check(
    'Torture, small: cut watchers, kill -9, hostile inputs, a model that fuzzes tools',
    nodeBinary(),
    [join(root, 'bench', 'torture.ts'), '--quick'],
    {
      env,
    },
  )

  const started = Date.now()
  try {
    await buildPages()
    report('Pages build', { passed: 1 }, Date.now() - started)
    if (browser.path) await playwright(folder, { ...env, REYNARD_TEST_BROWSER: browser.path })
    else report('Browser tests', process.env.CI ? { failed: 1 } : { skipped: 1 }, 0, browser.reason)
  } catch (error) {
    console.log(error.message)
    report('Pages build', { failed: 1 }, Date.now() - started)
  }
  rmSync(folder, { recursive: true, force: true })
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
  process.exit(totals.failed > 0 || (process.env.CI && totals.skipped > 0) ? 1 : 0)
}

/** turbo calls `pnpm` by name: a small command that runs the pinned one, for this run only. */
async function withPnpm(env, folder) {
  const { mkdirSync, writeFileSync } = await import('node:fs')
  const { pnpmCommand } = await import('./install.mjs')
  const command = pnpmCommand([])
  mkdirSync(folder, { recursive: true })
  const call = [command.file, ...command.args].map((word) => JSON.stringify(word)).join(' ')
  if (process.platform === 'win32') writeFileSync(join(folder, 'pnpm.cmd'), `@${call} %*\r\n`)
  else writeFileSync(join(folder, 'pnpm'), `#!/bin/sh\nexec ${call} "$@"\n`, { mode: 0o755 })
  return { ...env, PATH: folder + delimiter + env.PATH }
}
