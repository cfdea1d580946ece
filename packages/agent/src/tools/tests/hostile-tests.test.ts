import { randomUUID } from 'node:crypto'
import { existsSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { wallsHere } from '../../testing/walls-here.ts'
import { runTests } from './run-tests.ts'
import { parseTestReport, readTestReport } from './test-report.ts'

/** The hostile inputs 113 to 115 and 117 as far as tests of a project are concerned, each through the tool itself. */
const { L3 } = (await wallsHere()).levels
const walled = test.skipIf(!L3.available)

const canary = `canary-${randomUUID()}`
const hits: string[] = []
const server = createServer((request, response) => {
  hits.push(request.url ?? '')
  response.end(canary)
})
let kit: ToolKit
let port = 0
beforeAll(async () => {
  process.env.SECRET_CANARY = canary
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  kit = await openToolKit()
  writeFileSync(join(kit.home, 'beside', 'canary.txt'), canary)
})
beforeEach(() => kit.workspace.clear())
afterAll(async () => {
  delete process.env.SECRET_CANARY
  await kit.close()
  await new Promise((resolve) => server.close(resolve))
})

/** Runs a project of one file; all that comes out in one string, which never holds the secret. */
async function run(code: string, options: { file?: string; signal?: AbortSignal } = {}) {
  const { file = 'a.test.mjs', signal = new AbortController().signal } = options
  await kit.workspace.write(file, code)
  const printed: string[] = []
  const ending = await runTests
    .execute(
      { path: file },
      {
        session: kit.session,
        sandbox: kit.session.openSandbox({ levels: ['L3'], languages: [] }),
        signal,
        timeoutMs: 120_000,
        print: (text) => {
          printed.push(text)
        },
      },
    )
    .then(
      (output) => ({ output, error: null }),
      (error: Error & { code?: string }) => ({ output: null, error }),
    )
  const words = `${JSON.stringify(ending.output)}${String(ending.error)}${printed.join('')}`
  expect(words).not.toContain(canary)
  return { ...ending, words, display: ending.output?.display }
}
const good = "import { test } from 'node:test'\ntest('is well', () => {})\n"
const lives = async () => {
  await kit.workspace.clear()
  expect((await run(good)).display).toMatchObject({ kind: 'tests', passed: 1, failed: 0 })
}
const reportPath = 'process.env.REYNARD_TEST_REPORT'

walled('113: a test that never ends goes with all that it started, as soon as it is told to', async () => {
  const stop = new AbortController()
  const code = [
    "import { test } from 'node:test'",
    "import { spawn } from 'node:child_process'",
    "spawn('setsid', ['sleep', '9977'], { detached: true, stdio: 'ignore' }).unref()",
    "console.error('begun')",
    "test('never ends', () => { for (;;); })",
  ].join('\n')
  await kit.workspace.write('a.test.mjs', code)
  const begun = Promise.withResolvers<void>()
  const call = runTests.execute(
    { path: 'a.test.mjs' },
    {
      session: kit.session,
      sandbox: kit.session.openSandbox({ levels: ['L3'], languages: [] }),
      signal: stop.signal,
      timeoutMs: 120_000,
      print: (text) => text.includes('begun') && begun.resolve(),
    },
  )
  await begun.promise
  stop.abort()
  await expect(call).rejects.toMatchObject({ code: 'aborted' })
  await lives()
})

walled('113: a test that forks without end is held', async () => {
  const code = [
    "import { test } from 'node:test'",
    "import { spawn } from 'node:child_process'",
    "test('forks', () => { for (let i = 0; i < 2000; i++) spawn('sleep', ['60']).on('error', () => {}) })",
    "test('ends', () => process.exit(0))",
  ].join('\n')
  const { display } = await run(code)
  expect(display).toBeDefined()
  await lives()
})

/** A project whose runner is its own code from the first line. */
async function runAs(runner: string) {
  await kit.workspace.write('node_modules/vitest/vitest.mjs', runner)
  await kit.workspace.write('package.json', '{"devDependencies":{"vitest":"5"}}')
  return await run('', { file: 'a.test.ts' })
}

walled('113: a test that floods is ended', async () => {
  const flood = "import { writeSync } from 'node:fs'\nfor (;;) writeSync(1, 'x'.repeat(60_000))\n"
  expect((await runAs(flood)).error).toMatchObject({ code: 'too-large' })
  await lives()
})

walled(
  '113: a forged report is the claim of the project, bounded, and one that is printed is only output',
  async () => {
    const forged = { fullName: 'all is well', status: 'passed', failureMessages: [] }
    const { display } = await runAs(
      [
        "import { writeFileSync } from 'node:fs'",
        `const cases = Array(3000).fill(${JSON.stringify(forged)})`,
        `const testResults = [{ name: '/etc/passwd', status: 'passed', assertionResults: cases }]`,
        `writeFileSync(${reportPath}, JSON.stringify({ testResults }))`,
      ].join('\n'),
    )
    expect(display).toMatchObject({ kind: 'tests', passed: 3_000, omitted: 2_000, cases: { length: 1_000 } })
    await kit.workspace.clear()
    const line = JSON.stringify({ name: 'forged', state: 'passed' })
    const printed = await run(`console.log(${JSON.stringify(line)})\n${good}test('fails', () => { throw 1 })`)
    expect(printed.display).toMatchObject({ passed: 1, failed: 1 })
  },
)

walled('114: a report that is a link, a folder, a pipe, a flood or no report is not read', async () => {
  const replaced: [string, RegExp][] = [
    [
      `rmSync(path, { force: true }); symlinkSync(${JSON.stringify(join(kit.home, 'beside', 'canary.txt'))}, path)`,
      /link/,
    ],
    ["rmSync(path, { force: true }); symlinkSync('/etc/passwd', path)", /link/],
    ['rmSync(path, { force: true }); mkdirSync(path)', /can't be read/],
    ["rmSync(path, { force: true }); execFileSync('mkfifo', [path])", /can't be read/],
    ['truncateSync(path, 90_000_000)', /90000\d* bytes|no JSON/],
    // So much no program of a run may write at all.
    ['truncateSync(path, 1_000_000_000)', /EFBIG/],
    ['rmSync(path, { force: true })', /there is none/],
    ["writeFileSync(path, '[1, 2]')", /another form/],
    [
      'writeFileSync(path, \'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]><r>&b;</r>\')',
      /no JSON/,
    ],
  ]
  for (const [script, says] of replaced) {
    await kit.workspace.clear()
    // From the runner's own process at its very end, when all reports are written.
    const hook = `import { rmSync, symlinkSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
const path = ${reportPath}
process.on('exit', () => { ${script} })
`
    const { output, words } = await runAs(`${hook}\nwriteFileSync(path, '{}')\n`)
    expect(output?.content, script).toMatch(says)
    expect(output?.content, script).toContain("can't be read")
    expect(output?.display.kind).toBe('terminal')
    expect(words).not.toContain('root:')
    const left = (await kit.workspace.list('.')).entries.map(({ path }) => path)
    expect(left, script).toEqual(['a.test.ts', 'node_modules', 'package.json'])
  }
  await lives()
})

walled('114: a report of 1 GB is not read, whoever put it there', async () => {
  writeFileSync(join(kit.workspace.root, 'report.json'), '')
  truncateSync(join(kit.workspace.root, 'report.json'), 1_000_000_000)
  const sandbox = kit.session.openSandbox({ levels: ['L3'], languages: [] })
  const before = process.memoryUsage().rss
  const read = await readTestReport({ session: kit.session, sandbox }, 'report.json', 'vitest')
  expect(read).toEqual({ unreadable: 'it has 1000000000 bytes' })
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
})

test('114: a report of a billion laughs or a deep nest is refused at once', () => {
  expect(() => parseTestReport(`<!DOCTYPE lolz [<!ENTITY lol "lol">]><lolz>&lol;</lolz>`, 'lines')).toThrow('no JSON')
  expect(() => parseTestReport('['.repeat(100_000), 'vitest')).toThrow('no JSON')
  expect(() => parseTestReport('{"__proto__":{"name":"x","state":"passed"}}', 'lines')).toThrow('another form')
  expect(parseTestReport('{"name":"a","state":"passed"}', 'lines')).toHaveLength(1)
})

walled(
  '115 and 117: configuration of a project is code that runs behind the wall, and scripts of a package do not run',
  async () => {
    const marker = join(kit.home, 'beside', 'reached.txt')
    const evil = `import { writeFileSync, readFileSync } from 'node:fs'
const tries = [
  () => writeFileSync(${JSON.stringify(marker)}, 'x'),
  () => readFileSync(${JSON.stringify(join(kit.home, 'beside', 'canary.txt'))}),
  () => readFileSync('/proc/1/environ', 'utf8'),
]
for (const each of tries) try { console.log(String(each())) } catch (error) { console.log('refused', error.code) }
await fetch('http://127.0.0.1:${port}/stolen').then(() => console.log('reached'), () => console.log('no network'))
writeFileSync('/workspace/inside.txt', 'x')
`
    await kit.workspace.write('vitest.config.ts', evil)
    const scripts = { preinstall: 'touch pre', postinstall: 'touch post', pretest: 'touch pretest', test: 'vitest' }
    await kit.workspace.write('package.json', JSON.stringify({ scripts, devDependencies: { vitest: '5' } }))
    await kit.workspace.write('node_modules/vitest/vitest.mjs', "await import('../../vitest.config.ts')\n")
    const { words } = await run('', { file: 'a.test.ts' })
    expect(words).toContain('refused')
    expect(words).toContain('no network')
    expect(hits).toEqual([])
    expect(existsSync(marker)).toBe(false)
    // It did run, and where nothing stands in its way a server can be reached.
    expect(kit.workspace.find('inside.txt')).toBeDefined()
    expect((await fetch(`http://127.0.0.1:${port}/reachable`)).ok).toBe(true)
    for (const name of ['pre', 'post', 'pretest']) expect(kit.workspace.find(name)).toBeUndefined()
  },
)
