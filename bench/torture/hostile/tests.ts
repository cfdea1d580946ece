import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TOOLS } from '@reynard/agent'
import { openToolKit } from '@reynard/agent/testing'
import { below, chance, pick, type Random, size } from './chance.ts'
import { type HostileGroup, isInWords } from './group.ts'

/** Of one run; the tool's own deadline is two minutes. */
const longestMs = 3_000
const good = "import { test } from 'node:test'\ntest('is well', () => {})\n"

type Where = { outside: string; port: number }
const report = 'process.env.REYNARD_TEST_REPORT'
const imports = `
import { test } from 'node:test'
import * as fs from 'node:fs'
import { spawn, execFileSync } from 'node:child_process'
const path = ${report} ?? '/workspace/nowhere'
`

const deeds: readonly ((random: Random, where: Where) => string)[] = [
  () => 'for (;;);',
  () => 'setInterval(() => {}, 1000)',
  (random) => `for (let i = 0; i < ${below(random, 3_000)}; i++) spawn('sleep', ['60']).on('error', () => {})`,
  () => "spawn('setsid', ['sleep', '9978'], { detached: true, stdio: 'ignore' }).unref()",
  (random) => `for (let i = 0; i < ${size(random)}; i++) fs.writeSync(1, 'x'.repeat(60_000))`,
  (random) => `const all = []; for (let i = 0; i < ${below(random, 400)}; i++) all.push(Buffer.alloc(2e7, 1))`,
  (random) => `fs.writeFileSync('/workspace/big', Buffer.alloc(${size(random) % 2e9}))`,
  (_, { outside }) => `console.log(fs.readFileSync(${JSON.stringify(join(outside, 'canary'))}, 'utf8'))`,
  (_, { outside }) => `fs.writeFileSync(${JSON.stringify(join(outside, 'canary'))}, 'x')`,
  () => "console.log(JSON.stringify(process.env), fs.readFileSync('/proc/1/environ', 'utf8'))",
  (_, { port }) => `console.log(await (await fetch('http://127.0.0.1:${port}/leak')).text())`,
  () => 'process.kill(process.ppid, 9); process.kill(-1, 9)',
  (random) => `process.exit(${below(random, 256)})`,
  () => 'throw { get message() { for (;;); } }',
  () => 'console.log(JSON.stringify({ name: "forged", state: "passed" }))',
]
/** What stands at the report's place when all is over. */
const reports: readonly ((random: Random, where: Where) => string)[] = [
  (_, { outside }) =>
    `fs.rmSync(path, { force: true }); fs.symlinkSync(${JSON.stringify(join(outside, 'canary'))}, path)`,
  () => "fs.rmSync(path, { force: true }); fs.symlinkSync('/proc/self/environ', path)",
  () => 'fs.rmSync(path, { force: true }); fs.mkdirSync(path)',
  () => "fs.rmSync(path, { force: true }); execFileSync('mkfifo', [path])",
  (random) => `fs.truncateSync(path, ${size(random) % 2e9})`,
  (random) => `fs.writeFileSync(path, '['.repeat(${below(random, 1e6)}))`,
  (random) => `fs.writeFileSync(path, '{"name":"a","state":"passed"}\\n'.repeat(${below(random, 2e5)}))`,
  () => 'fs.writeFileSync(path, \'{"__proto__":{"name":"x","state":"passed","p":1}}\')',
  () => 'fs.writeFileSync(path, \'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>\')',
  (random) =>
    `fs.writeFileSync(path, Buffer.from(Array.from({ length: 5000 }, () => Math.floor(Math.random() * ${1 + below(random, 256)}))))`,
  () =>
    'fs.writeFileSync(path, JSON.stringify({ testResults: [{ name: "/etc/passwd", status: "failed", message: "\\u202e\\u001b[2J", assertionResults: Array(5000).fill({ fullName: "<img src=x>", status: "passed" }) }] }))',
]

/** The inputs 113 to 117, by the tool that runs a project's tests. */
export const tests: HostileGroup = {
  name: 'tests of a project (113–117)',
  share: 1.5,
  needsWalls: true,
  async open({ random, outside, port, wasVisited }) {
    const kit = await openToolKit()
    const tool = TOOLS.find(({ name }) => name === 'run_tests')
    if (tool === undefined) throw new Error('There is no tool run_tests.')
    const marker = join(kit.home, 'beside', 'reached')
    const run = async (files: Record<string, string>, path: string) => {
      await kit.workspace.clear()
      for (const [name, text] of Object.entries(files)) await kit.workspace.write(name, text)
      const printed: string[] = []
      const output = await kit.call(tool, { path }, printed, AbortSignal.timeout(longestMs))
      return { ...output, printed }
    }
    return {
      isTyped: isInWords,
      async attack() {
        const where = { outside, port }
        const deed = pick(random, deeds)(random, where)
        const atEnd = chance(random, 0.5) ? `process.on('exit', () => { ${pick(random, reports)(random, where)} })` : ''
        const evil = `${imports}\n${atEnd}\ntry { fs.writeFileSync(${JSON.stringify(marker)}, 'x') } catch {}\n`
        const asRunner = {
          'node_modules/vitest/vitest.mjs': `${evil}\nfs.writeFileSync(path, '{}')\n${deed}\n`,
          'package.json':
            '{"devDependencies":{"vitest":"5"},"scripts":{"pretest":"touch pre","postinstall":"touch post"}}',
          'a.test.ts': '',
        }
        const asTest = {
          'a.test.mjs': `${evil}\n${pick(random, [deed, `test('does it', async () => { ${deed} })`])}\n`,
        }
        const asConfig = {
          ...asRunner,
          'node_modules/vitest/vitest.mjs': "await import('../../vitest.config.mjs')\n",
          'vitest.config.mjs': evil + deed,
        }
        const project: Record<string, string> = pick(random, [asRunner, asTest, asTest, asConfig])
        return {
          what: `${atEnd} ${deed}`,
          run: () => run(project, 'a.test.mjs' in project ? 'a.test.mjs' : 'a.test.ts'),
          check: async () =>
            existsSync(marker) || ['pre', 'post'].some((name) => kit.workspace.find(name) !== undefined)
              ? 'it wrote where it must not, or a script ran'
              : null,
        }
      },
      async control() {
        const { display } = await run({ 'a.test.mjs': good }, 'a.test.mjs')
        if (display.kind !== 'tests' || display.passed !== 1) return 'a test that is well is not seen to pass'
        writeFileSync(marker, 'x')
        await fetch(`http://127.0.0.1:${port}/leak`)
        const isSeen = existsSync(marker) && wasVisited()
        rmSync(marker)
        return isSeen ? null : 'what gets out is not seen'
      },
      close: () => kit.close(),
    }
  },
}
