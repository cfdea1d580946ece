import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openToolKit } from '../testing/tool-kit.ts'
import type { AnyTool } from './tool.ts'

const packageFolder = join(import.meta.dirname, '..', '..')
const guide = readFileSync(join(packageFolder, '..', '..', 'docs', 'adding-a-tool.md'), 'utf8')
/** The package as it is, within itself so that its dependencies are found, to which the guide is applied. */
const copy = mkdtempSync(join(packageFolder, '.guide-'))
const kit = await openToolKit()
afterAll(async () => {
  rmSync(copy, { recursive: true, force: true })
  await kit.close()
})

test('the guide to a tool works as it stands: one file, one line', async () => {
  cpSync(join(packageFolder, 'src'), join(copy, 'src'), { recursive: true })
  const [file, importLine, line] = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '')
  const path = /`packages\/agent\/(src\/tools\/text\/[a-z-]+\.ts)`/.exec(guide)?.[1] ?? ''
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), file ?? '')
  const registry = join(copy, 'src', 'tools', 'registry.ts')
  const before = readFileSync(registry, 'utf8')
  const after = importLine + before.replace(/(export const TOOLS[^=]*= \[)/, `$1\n${line}`)
  writeFileSync(registry, after)

  const { TOOLS }: { TOOLS: readonly AnyTool[] } = await import(registry)
  const tool = TOOLS.find(({ name }) => name === 'count_words')
  if (tool === undefined) throw new Error('The guide adds no tool named count_words.')
  await kit.workspace.write('fox.txt', 'the quick brown fox\n')
  expect(await kit.call(tool, { path: 'fox.txt' })).toEqual({
    content: '4 words',
    display: { kind: 'text', text: '4 words' },
  })
  expect(tool.title({ path: 'fox.txt' })).toMatchObject({ running: 'Counting words', detail: 'fox.txt' })
})
