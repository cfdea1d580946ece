import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { wallsHere } from '../../testing/walls-here.ts'
import { runTests } from './run-tests.ts'

const { levels, python } = await wallsHere()
const { L3 } = levels
const hasPytest = python.available && python.packages.includes('pytest')
if (!hasPytest && process.env.SANDBOX_REQUIRED === '1') throw new Error('pytest is required.')

let kit: ToolKit
beforeEach(async () => {
  kit = await openToolKit()
})
afterEach(() => kit.close())

const files = async (all: Record<string, string>) => {
  for (const [path, content] of Object.entries(all)) await kit.workspace.write(path, content)
}
const paths = async () => (await kit.workspace.list('.', { depth: 9 })).entries.map(({ path }) => path)

test('a hostile package.json is looked at once, however often its script says the same', async () => {
  const scripts = { test: 'node '.repeat(100_000) }
  await files({ 'package.json': JSON.stringify({ scripts }), 'sum.test.js': '' })
  expect(await runTests.facts?.({}, kit.session)).toMatchObject({ preview: { text: 'node --test' } })
})

describe.skipIf(!L3.available)('run_tests', () => {
  test('runs node:test of a project in a folder, TypeScript too, and says what failed, where and why', async () => {
    await files({
      'shop/package.json': '{"type":"module","scripts":{"test":"node --test"}}',
      'shop/sum.ts': 'export const sum = (all: number[]) => all.reduce((a, b) => a - b, 0)\n',
      'shop/sum.test.ts': [
        "import { test, describe } from 'node:test'",
        "import assert from 'node:assert'",
        "import { sum } from './sum.ts'",
        "describe('sum', () => {",
        "  test('adds', () => assert.equal(sum([1, 2]), 3))",
        "  test('of nothing is 0', () => assert.equal(sum([]), 0))",
        "  test('later', { skip: true }, () => {})",
        '})',
      ].join('\n'),
    })
    const printed: string[] = []
    const { content, display } = await kit.call(runTests, {}, printed)
    expect(display).toMatchObject({ kind: 'tests', runner: 'node:test', failed: 1, passed: 1, skipped: 1, omitted: 0 })
    if (display.kind !== 'tests') throw new Error('no tests')
    expect(display.cases[0]).toMatchObject({ name: 'sum › adds', file: 'shop/sum.test.ts:5', state: 'failed' })
    expect(display.cases[0]?.message).toMatch(/^-3 == 3\n {2}at .*shop\/sum\.test\.ts:5/)
    expect(content).toContain('FAILED sum › adds (shop/sum.test.ts:5)')
    expect(content).toContain('1 failed, 1 passed, 1 skipped')
    expect(content + printed.join('')).not.toContain(kit.home)
    expect(printed[0]).toBe('$ node --test\n')
    expect(printed.join('')).toContain('of nothing is 0')
    expect(await paths()).toEqual(['shop', 'shop/package.json', 'shop/sum.test.ts', 'shop/sum.ts'])

    const filtered = await kit.call(runTests, { path: 'shop/sum.test.ts', filter: 'nothing' })
    expect(filtered.display).toMatchObject({ failed: 0, passed: 1 })
    await files({ 'shop/sum.ts': 'export const sum = (all: number[]) => all.reduce((a, b) => a + b, 0)\n' })
    expect((await kit.call(runTests, { path: 'shop' })).display).toMatchObject({ failed: 0, passed: 2, skipped: 1 })
  })

  test.skipIf(!hasPytest)('runs pytest: failures, errors of a fixture and files that do not load', async () => {
    await files({
      'test_sum.py': [
        'import pytest',
        'def test_adds():',
        '    assert 1 + 2 == 4',
        'def test_fine():',
        '    pass',
        '@pytest.mark.skip',
        'def test_later():',
        '    pass',
        '@pytest.fixture',
        'def broken():',
        '    raise RuntimeError("no database")',
        'def test_with(broken):',
        '    pass',
      ].join('\n'),
      'tests/test_broken.py': 'import nothing_like_this\n',
    })
    const { content, display } = await kit.call(runTests, {})
    expect(display).toMatchObject({ kind: 'tests', runner: 'pytest' })
    expect(content).toContain("No module named 'nothing_like_this'")
    const one = await kit.call(runTests, { path: 'test_sum.py' })
    expect(one.display).toMatchObject({ failed: 2, passed: 1, skipped: 1 })
    expect(one.content).toMatch(/FAILED test_adds \(test_sum\.py:2\)\n {2}(AssertionError: )?assert/)
    expect(one.content).toContain('FAILED setup of test_with')
    expect((await kit.call(runTests, { path: 'test_sum.py', filter: 'fine' })).display).toMatchObject({
      failed: 0,
      passed: 1,
    })
    expect(await paths()).toEqual(['test_sum.py', 'tests', 'tests/test_broken.py'])
  })

  test("runs the project's own vitest and reads its report", async () => {
    // In the place of vitest, since its dependencies are as large as ten workspaces: it writes what vitest 5 wrote.
    const failed =
      'AssertionError: expected 1 to be 2\n    at /workspace/src/a.test.ts:4:3\n    at file:///workspace/node_modules/vitest/dist/run.js:1:1'
    const report = {
      testResults: [
        {
          name: '/workspace/src/a.test.ts',
          status: 'failed',
          message: '',
          assertionResults: [
            {
              fullName: 'a works',
              status: 'passed',
              duration: 2.5,
              failureMessages: [],
              location: { line: 3, column: 1 },
            },
            {
              fullName: 'a fails',
              status: 'failed',
              duration: 1,
              failureMessages: [failed],
            },
            { fullName: 'a waits', status: 'todo', duration: null, failureMessages: [] },
          ],
        },
        { name: '/workspace/src/b.test.ts', status: 'failed', message: 'Cannot find module x', assertionResults: [] },
      ],
    }
    await files({
      'package.json': '{"devDependencies":{"vitest":"5"}}',
      'src/a.test.ts': '',
      'node_modules/vitest/vitest.mjs': [
        "import { writeFileSync } from 'node:fs'",
        "const [, path] = process.argv.find((each) => each.startsWith('--outputFile.json=')).split('=')",
        `writeFileSync(path, ${JSON.stringify(JSON.stringify(report))})`,
        "console.log(process.argv.slice(2).join(' '))",
        'process.exitCode = 1',
      ].join('\n'),
    })
    const printed: string[] = []
    const { content, display } = await kit.call(runTests, { path: 'src/a.test.ts', filter: 'a' }, printed)
    expect(printed.join('')).toContain('--testNamePattern=a ./src/a.test.ts')
    expect(display).toMatchObject({
      failed: 2,
      passed: 1,
      skipped: 1,
      cases: [
        { name: 'a fails' },
        { name: 'src/b.test.ts', message: 'Cannot find module x' },
        {},
        { file: 'src/a.test.ts:3' },
      ],
    })
    expect(content).toContain('expected 1 to be 2\n      at src/a.test.ts:4:3')
    expect(content).not.toContain('node_modules')
  })

  test('says in words what is missing', async () => {
    const message = async (input: object) => await kit.call(runTests, { ...input }).then(() => '', String)
    expect(await message({})).toContain('No tests of node:test, vitest or pytest were found')
    expect(await message({ path: 'none.test.js' })).toContain('There is no none.test.js')
    await files({ 'package.json': '{"scripts":{"test":"vitest run"}}', 'a.test.ts': '' })
    expect(await message({})).toContain('its node_modules are not in the workspace')
    await files({ 'package.json': '{"devDependencies":{"jest":"30"}}' })
    expect(await message({})).toContain('Jest')
    await files({ 'package.json': '{', 'a.test.js': 'syntax error here' })
    const broken = await kit.call(runTests, {})
    expect(broken.display).toMatchObject({ kind: 'tests', failed: 2, passed: 0 })
  })

  test('says what it would run, for a yes', async () => {
    await files({ 'package.json': '{}', 'src/a.test.js': '' })
    const facts = await runTests.facts?.({ path: 'src', filter: 'x' }, kit.session)
    expect(facts?.preview).toEqual({ kind: 'command', text: 'node --test --test-name-pattern="x" src' })
  })
})
