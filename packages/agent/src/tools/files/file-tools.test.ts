import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { runJavaScript } from '../code/run-javascript.ts'
import { searchFiles } from '../search/search-files.ts'
import { deleteFile } from './delete-file.ts'
import { diffTexts } from './diff-texts.ts'
import { editFile } from './edit-file.ts'
import { readableBytes } from './file-path.ts'
import { listFiles } from './list-files.ts'
import { moveFile } from './move-file.ts'
import { readFile } from './read-file.ts'
import { writeFile } from './write-file.ts'

let kit: ToolKit
beforeEach(async () => {
  kit = await openToolKit()
})
afterEach(() => kit.close())

test('a file is written, listed, read by lines, changed, moved and deleted', async () => {
  const { call, workspace } = kit
  const written = await call(writeFile, { path: 'notes/fox.md', content: 'one\ntwo\nthree\n' })
  expect(written.content).toBe('Wrote notes/fox.md, 14 bytes.')
  expect(written.display).toEqual({
    kind: 'diff',
    path: 'notes/fox.md',
    patch: '@@ -0,0 +1,3 @@\n+one\n+two\n+three',
  })

  const listed = await call(listFiles, {})
  expect(listed.content).toBe('notes/\nnotes/fox.md (14 bytes)')
  expect(listed.display).toEqual({ kind: 'files', files: [{ path: 'notes/fox.md', bytes: 14 }] })

  const read = await call(readFile, { path: 'notes/fox.md', from: 2, to: 2 })
  expect(read.content).toBe('Lines 2 to 2 of 3.\ntwo\n')

  const edited = await call(editFile, { path: 'notes/fox.md', edits: [{ old_text: 'two', new_text: "$& isn't" }] })
  expect(edited.content).toContain("-two\n+$& isn't")

  const moved = await call(moveFile, { from: 'notes/fox.md', to: 'fox.md' })
  expect([moved.content, moved.display]).toEqual(['Moved notes/fox.md to fox.md.', { kind: 'text', text: '' }])
  expect((await call(readFile, { path: 'fox.md' })).content).toContain("$& isn't")

  await call(deleteFile, { path: 'fox.md' })
  expect(workspace.find('fox.md')).toBeUndefined()
  const [removed] = workspace.removed()
  await workspace.restore(removed?.id ?? '')
  expect(workspace.find('fox.md')).toMatchObject({ type: 'file' })
})

test('a list names folders in which nothing lies', async () => {
  const { call, workspace } = kit
  mkdirSync(join(workspace.root, 'empty/within'), { recursive: true })
  await call(writeFile, { path: 'full/a.txt', content: 'x' })
  const { display, content } = await call(listFiles, {})
  expect(display).toMatchObject({ files: [{ path: 'full/a.txt' }], folders: ['empty/within'] })
  expect(content).toContain('empty/within/')
})

test.each([
  [listFiles, {}, 'list the files of this chat'],
  [readFile, { path: 'a.txt' }, 'read a.txt'],
  [searchFiles, { pattern: 'fox' }, 'search the files of this chat'],
  [runJavaScript, { code: '1' }, 'run JavaScript'],
])('what changes nothing says so when it is asked about', async (tool, input, wants) => {
  expect(await tool.facts?.(input, kit.session)).toMatchObject({ wants, writes: [], restorable: null })
})

test('a deletion is asked about as one', async () => {
  await kit.call(writeFile, { path: 'a.txt', content: 'x' })
  expect(await deleteFile.facts?.({ path: 'a.txt' }, kit.session)).toMatchObject({
    writes: [],
    deletes: ['a.txt'],
    restorable: true,
  })
})

test('what a person is asked shows exactly what the call then does', async () => {
  const { call, session } = kit
  await call(writeFile, { path: 'a.txt', content: 'red\ngreen\n' })
  const input = { path: 'a.txt', edits: [{ old_text: 'red', new_text: 'russet' }] }
  const facts = await editFile.facts?.(input, session)
  expect(facts).toMatchObject({ wants: 'change a.txt', writes: ['a.txt'], restorable: false })
  const { display } = await call(editFile, input)
  expect(display).toEqual(facts?.preview)
  const replaced = { path: 'a.txt', content: 'blue\n' }
  expect(await writeFile.facts?.(replaced, session)).toMatchObject({ wants: 'replace a.txt' })
  expect((await writeFile.facts?.(replaced, session))?.preview).toEqual((await call(writeFile, replaced)).display)
  expect(await writeFile.facts?.({ path: 'b.txt', content: '' }, session)).toMatchObject({ wants: 'write b.txt' })
})

test('what does not work is said in words: outside, missing, ambiguous, no text, full', async () => {
  const { call, home, workspace } = kit
  const canary = join(home, 'canary')
  writeFileSync(canary, 'secret')
  symlinkSync(canary, join(workspace.root, 'link'))
  writeFileSync(join(workspace.root, 'picture'), Buffer.from([0x89, 0, 1, 2]))
  await call(writeFile, { path: 'twice.txt', content: 'a a' })

  for (const path of ['../canary', canary, 'link', 'x/../../canary']) {
    await expect(call(readFile, { path })).rejects.toMatchObject({ name: 'SandboxError' })
    await expect(call(writeFile, { path, content: 'mine' })).rejects.toMatchObject({ name: 'SandboxError' })
  }
  await expect(call(readFile, { path: 'gone.txt' })).rejects.toMatchObject({ code: 'not-found' })
  await expect(call(readFile, { path: 'picture' })).rejects.toThrow('picture is no text (4 bytes)')
  const edits = [{ old_text: 'a', new_text: 'b' }]
  await expect(call(editFile, { path: 'twice.txt', edits })).rejects.toThrow('2 times')
  await expect(call(writeFile, { path: 'big.txt', content: 'x'.repeat(999_999) })).rejects.toMatchObject({
    code: 'quota',
  })
})

test('a diff that nobody would read is cut', () => {
  const lines = (word: string) => Array.from({ length: 1_000 }, (_, i) => `${word} ${i}\n`).join('')
  const patch = diffTexts(lines('old'), lines('new')).split('\n')
  expect(patch).toHaveLength(401)
  expect(patch.at(-1)).toBe('… 1601 more lines')
  expect(diffTexts('same', 'same')).toBe('')
})

test('sizes read as people write them', () => {
  expect([0, 1, 999, 1_000, 14_210, 2_100_000, 999_600].map(readableBytes)).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1.0 kB',
    '14 kB',
    '2.1 MB',
    '1.0 MB',
  ])
})
