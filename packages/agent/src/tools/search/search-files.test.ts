import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { wallsHere } from '../../testing/walls-here.ts'
import { searchFiles } from './search-files.ts'

let kit: ToolKit
beforeAll(async () => {
  kit = await openToolKit()
  await kit.workspace.write('src/fox.ts', 'const fox = 1\nconst den = fox + 1\n')
  await kit.workspace.write('notes.md', 'The Fox sleeps.\n--files\n')
})
afterAll(() => kit.close())

const levels = (await wallsHere()).levels
const here = test.skipIf(!levels.L3.available)

here('finds lines by expression, plain text, file name and case, with what is around them', async () => {
  const found = async (input: Record<string, unknown>) => (await kit.call(searchFiles, input)).content
  expect(await found({ pattern: 'f.x' })).toBe('src/fox.ts:1:const fox = 1\nsrc/fox.ts:2:const den = fox + 1')
  expect(await found({ pattern: 'fox', ignore_case: true, glob: '*.md' })).toBe('notes.md:1:The Fox sleeps.')
  expect(await found({ pattern: '+ 1', literal: true, context: 1 })).toBe(
    'src/fox.ts-1-const fox = 1\nsrc/fox.ts:2:const den = fox + 1',
  )
  expect(await found({ pattern: 'badger' })).toBe('Nothing matches.')
})

here('takes a pattern that looks like an option as a pattern, and says what is wrong with one', async () => {
  expect((await kit.call(searchFiles, { pattern: '--files' })).content).toBe('notes.md:2:--files')
  await expect(kit.call(searchFiles, { pattern: '(' })).rejects.toThrow('regex parse error')
})

here('searches kept output only where the glob begins with its folder, and .git never', async () => {
  await kit.workspace.write('tool-output/call_1.txt', 'a stoat\n')
  for (const folder of ['.git', 'sub/.git']) {
    mkdirSync(join(kit.workspace.root, folder), { recursive: true, mode: 0o755 })
    for (const name of ['FETCH_HEAD', 'notes.txt']) writeFileSync(join(kit.workspace.root, folder, name), 'a stoat\n')
  }
  await kit.workspace.write('sub/mine.txt', 'a stoat\n')
  const found = async (glob?: string) =>
    (await kit.call(searchFiles, { pattern: 'stoat', ...(glob && { glob }) })).content
  const mine = 'sub/mine.txt:1:a stoat'
  for (const glob of [undefined, '**', '**/*', '**/*.txt', '!notes.md'])
    expect([glob, await found(glob)]).toEqual([glob, mine])
  for (const glob of ['.git/**', '**/FETCH_HEAD', '**/.git/**', '**/call_1.txt'])
    expect([glob, await found(glob)]).toEqual([glob, 'Nothing matches.'])
  for (const glob of ['tool-output/**', '/tool-output/*.txt'])
    expect([glob, await found(glob)]).toEqual([glob, 'tool-output/call_1.txt:1:a stoat'])
})
