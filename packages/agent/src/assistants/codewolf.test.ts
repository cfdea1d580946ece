import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call, takeTurn } from '../loop/testing/turn-fixture.ts'
import { openToolKit, type ToolKit } from '../testing/tool-kit.ts'
import { wallsHere } from '../testing/walls-here.ts'
import { TOOLS } from '../tools/registry.ts'
import { codewolf } from './codewolf.ts'

const { L3 } = (await wallsHere()).levels

let kit: ToolKit
beforeEach(async () => {
  kit = await openToolKit()
})
afterEach(() => kit.close())

type Step = [name: string, given: Record<string, unknown>]

/** A turn of CodeWolf with its own tools, in which the model does these steps; what it read after each. */
async function work(...steps: Step[]): Promise<string[]> {
  const { requests, text } = await takeTurn({
    steps: [...steps.map(([name, given], index) => [call(name, given, `c${index}`)]), ['Done.']],
    tools: TOOLS.filter((tool) => codewolf.tools.includes(tool.name)),
    request: { system: codewolf.systemPrompt, windowTokens: 32_768 },
    host: { session: kit.session },
  })
  expect(text).toBe('Done.')
  const read = requests.at(-1)!.messages.flatMap((message) => (message.role === 'tool' ? [message.content] : []))
  expect(read).toHaveLength(steps.length)
  return read
}

const slow = `export function unique(all) {
  const found = []
  for (const one of all) if (!found.includes(one)) found.push(one)
  return found
}
`
const fast =
  '/** Each value once, in the order in which they came. */\nexport function unique(all) {\n  return [...new Set(all)]\n}\n'
const tests = `import test from 'node:test'
import assert from 'node:assert/strict'
import { unique } from './unique.mjs'
test('keeps each once', () => assert.deepEqual(unique([3, 1, 3]), [3, 1]))
test('of nothing is nothing', () => assert.deepEqual(unique([]), []))
`

/** What its prompt promises can be done with the tools that it has: the model is scripted, all else is real. */
describe.skipIf(!L3.available)('CodeWolf can', () => {
  it('write code by the style around it, lint it, and run its tests', async () => {
    const [outlined, , , linted, tested] = await work(
      ['outline', { path: '.' }],
      ['write_file', { path: 'unique.mjs', content: slow }],
      ['write_file', { path: 'unique.test.mjs', content: tests }],
      ['lint_code', {}],
      ['run_tests', {}],
    )
    expect(outlined).toContain('no file of a language')
    expect(linted).toContain('No mistake was found')
    expect(tested).toContain('0 failed, 2 passed')
  })

  it('explain a failure: see it, follow it to its cause, mend that, run the same again', async () => {
    await kit.workspace.write('unique.mjs', slow.replace('!found', 'found'))
    await kit.workspace.write('unique.test.mjs', tests)
    const [red, uses, , green] = await work(
      ['run_tests', { filter: 'once' }],
      ['find_symbol', { name: 'unique' }],
      ['edit_file', { path: 'unique.mjs', edits: [{ old_text: 'if (found', new_text: 'if (!found' }] }],
      ['run_tests', {}],
    )
    expect(red).toContain('FAILED keeps each once (unique.test.mjs:4)')
    expect(uses).toMatch(/unique\.mjs:1 {2}defines function/)
    expect(green).toContain('0 failed, 2 passed')
  })

  it('review a diff: what changed, who uses it, what a linter and measures say of it', async () => {
    await kit.workspace.write('unique.mjs', fast)
    const author = { message: 'Begin', paths: [] }
    await work(['git_commit', author])
    await kit.workspace.write('unique.mjs', slow.replace('!found.includes(one)', 'found.indexOf(one) === NaN'))
    const [diff, uses, linted, measured] = await work(
      ['git_diff', {}],
      ['find_symbol', { name: 'unique' }],
      ['lint_code', { path: 'unique.mjs' }],
      ['measure_code', { path: 'unique.mjs' }],
    )
    expect(diff).toContain('+  for (const one of all)')
    expect(uses).toContain('defines function')
    expect(linted).toContain('unique.mjs:3  use-isnan')
    expect(measured).toMatch(/unique {2}3 {2}5/)
  })

  it('make code faster against a measured run: the same input before and after, with equal results', async () => {
    const measure = (code: string) =>
      `${code.replaceAll('export ', '')}const input = Array.from({ length: 4000 }, (_, i) => i % 3000)
const began = Date.now()
const result = unique(input)
console.log('took', Date.now() - began, 'ms', result.length, result.at(-1))`
    const [before, , after] = await work(
      ['run_javascript', { code: measure(slow) }],
      ['write_file', { path: 'unique.mjs', content: fast }],
      ['run_javascript', { code: measure(fast) }],
    )
    for (const read of [before, after]) expect(read).toMatch(/took \d+ ms 3000 2999/)
  })

  it('document: what is exported, an example that ran, and the words in a file', async () => {
    await kit.workspace.write('unique.mjs', fast)
    const example = `${fast.replaceAll('export ', '')}unique([3, 1, 3])`
    const [api, ran] = await work(
      ['extract_api', { path: 'unique.mjs' }],
      ['run_javascript', { code: example }],
      ['write_file', { path: 'docs/unique.md', content: '# unique\n\n`unique([3, 1, 3])` gives `[3, 1]`.\n' }],
    )
    expect(api).toContain('function unique(all)')
    expect(api).toContain('Each value once, in the order in which they came.')
    expect(ran).toContain('[3,1]')
    expect((await kit.workspace.readLines('docs/unique.md')).text).toContain('# unique')
  })
})
