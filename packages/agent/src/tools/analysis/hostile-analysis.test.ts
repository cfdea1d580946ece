import { randomUUID } from 'node:crypto'
import { symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { wallsHere } from '../../testing/walls-here.ts'
import { whileAlive } from '../../testing/while-alive.ts'
import type { AnyTool } from '../tool.ts'
import { extractApi } from './extract-api.ts'
import { findSymbol } from './find-symbol.ts'
import { lintCode } from './lint-code.ts'
import { measureCode } from './measure-code.ts'
import { outline } from './outline.ts'
import { searchCode } from './search-code.ts'

/** The hostile inputs 115 and 116: code and settings that want to bring an analyser down, or to be run by it. */
const { L3 } = (await wallsHere()).levels
const walled = test.skipIf(!L3.available)

const canary = `canary-${randomUUID()}`
const server = createServer((_, response) => response.end('ok'))
let kit: ToolKit
let port = 0
beforeAll(async () => {
  process.env.SECRET_CANARY = canary
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  kit = await openToolKit()
  writeFileSync(join(kit.home, 'beside', 'canary.js'), `export const secret = '${canary}'\n`)
})
beforeEach(() => kit.workspace.clear())
afterAll(async () => {
  delete process.env.SECRET_CANARY
  await kit.close()
  await new Promise((resolve) => server.close(resolve))
})

/** Calls a tool while this process answers and stays small; all that comes out, or why nothing does. */
async function contain(tool: AnyTool, input: Record<string, unknown>): Promise<string> {
  const words = await whileAlive(`http://127.0.0.1:${port}/health`, () =>
    kit.call(tool, input).then(
      ({ content, display }) => `${content}${JSON.stringify(display)}`,
      (error: Error) => `${error.name}: ${error.message} ${String(error.cause ?? '')}`,
    ),
  )
  expect(words).not.toContain(canary)
  return words
}

/** Over many lines: files with one line of such a length are left out from the start. */
const nest = (text: string, times: number) => `${text.repeat(1_000)}\n`.repeat(times / 1_000)
const brackets: Record<string, string> = {
  'a.js': nest('[', 100_000),
  'b.py': nest('[', 100_000),
  'c.go': nest('[', 100_000),
}
const deep: Record<string, string> = {
  ...brackets,
  'd.js': `${nest('(', 50_000)}1${nest(')', 50_000)}`,
  'e.ts': `type A = ${nest('Array<', 50_000)}`,
  'f.css': nest('a{', 50_000),
  'g.html': nest('<div id=a>', 4_000),
  'h.js': '['.repeat(100_000),
  'i.js': nest('x=>', 100_000),
  'j.py': `x = ${'-'.repeat(200_000)}1`,
}
const questions: [string, AnyTool, (path: string) => Record<string, unknown>][] = [
  ['outline', outline, (path) => ({ path })],
  ['find_symbol', findSymbol, (path) => ({ path, name: 'a' })],
  ['search_code', searchCode, (path) => ({ path, pattern: '[$A]', language: languageOf(path) })],
  ['measure_code', measureCode, (path) => ({ path })],
  ['extract_api', extractApi, (path) => ({ path })],
  ['lint_code', lintCode, (path) => ({ path })],
]
const languageOf = (path: string) =>
  ({ js: 'javascript', ts: 'typescript', py: 'python', go: 'go', css: 'css', html: 'html' })[
    path.split('.')[1] ?? ''
  ] ?? 'javascript'

walled.each(questions)(
  '116: a nest without end does not bring the server down: %s',
  async (_, tool, input) => {
    for (const [path, text] of Object.entries(deep)) {
      await kit.workspace.write(path, text)
      // It may bear it: what counts is that it comes to an end, in words, and that the next call works.
      const words = await contain(tool, input(path))
      expect(words, path).not.toBe('')
      await kit.workspace.clear()
    }
    await kit.workspace.write('good.js', 'export function a() { return [1] }\n')
    expect(await contain(tool, input('good.js'))).toMatch(/good\.js|No mistake/)
  },
  120_000,
)

walled('116: an analyser that its input ends says that it crashed', async () => {
  await kit.workspace.write('a.js', brackets['a.js'] ?? '')
  const words = await contain(lintCode, { path: 'a.js' })
  expect(words).toMatch(/crashed|a\.js:1/)
})

walled('115: settings of a project are not run, and do not decide', async () => {
  const evil =
    "require('node:fs').writeFileSync('/tmp/ran', 'x'); require('node:fs').writeFileSync('/workspace/ran', 'x')"
  await kit.workspace.write('plugin.js', `${evil}\nmodule.exports = { rules: {} }\n`)
  const settings = { jsPlugins: ['./plugin.js'], rules: { 'no-debugger': 'off' }, ignorePatterns: ['**'] }
  for (const folder of ['', 'sub/']) {
    await kit.workspace.write(`${folder}.oxlintrc.json`, JSON.stringify(settings))
    await kit.workspace.write(`${folder}eslint.config.js`, `${evil}\nmodule.exports = []\n`)
    await kit.workspace.write(`${folder}oxlint.config.ts`, `${evil}\nexport default {}\n`)
    await kit.workspace.write(`${folder}bad.js`, 'debugger\n')
  }
  const words = await contain(lintCode, { path: '.' })
  expect(words).toContain('bad.js:1')
  expect(words).toContain('sub/bad.js:1')
  expect(words).toContain('no-debugger')
  expect(kit.workspace.find('ran')).toBeUndefined()
})

walled('a link out of the workspace is not read, nor a name with an option in it', async () => {
  symlinkSync(join(kit.home, 'beside'), join(kit.workspace.root, 'out'))
  symlinkSync(join(kit.home, 'beside', 'canary.js'), join(kit.workspace.root, 'canary.js'))
  await kit.workspace.write('--fix.js', 'debugger\n')
  for (const [, tool, input] of questions) await contain(tool, { ...input('x.js'), path: '.' })
  await contain(lintCode, { path: 'canary.js' })
  expect(await contain(lintCode, { path: '--fix.js' })).toContain('no-debugger')
  expect((await kit.workspace.read('--fix.js')).bytes.toString()).toBe('debugger\n')
  expect(await contain(outline, { path: 'canary.js' })).toMatch(/link|no file|crashed/)
})
