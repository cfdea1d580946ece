import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Checkpoints } from './checkpoints.ts'
import { openGitTestPlace } from './testing/open-git-workspace.ts'

const place = await openGitTestPlace()
afterAll(() => place.close())

test.skipIf(place.skip)('keeps each state byte for byte, shows what changed, and goes back and forth', async () => {
  const { workspace, session } = await place.open()
  const checkpoints = new Checkpoints(workspace, session)
  await workspace.write('a.txt', 'one\r\ntwo\n')
  await workspace.write('.gitattributes', '* text eol=lf filter=evil\n')
  await workspace.write('.gitignore', 'secret.env\n')
  await workspace.write('secret.env', 'KEY=1')
  await workspace.write('été/naïve.txt', 'x')
  await workspace.write('node_modules/m/index.js', 'kept out')
  const first = await checkpoints.save('first')
  expect(await checkpoints.save('again')).toEqual({ id: first.id, unchanged: true, skipped: [], changes: [] })

  await workspace.write('a.txt', 'one\r\nthree\n')
  await workspace.write('secret.env', 'KEY=2')
  await workspace.remove('été')
  await workspace.write('new/b.txt', 'b\n')
  const second = await checkpoints.save('second', { since: first.id })
  expect(second.unchanged).toBe(false)
  expect(await checkpoints.changes(first.id, second.id)).toEqual(second.changes)
  expect(second.changes).toEqual([
    { path: 'a.txt', change: 'modified', added: 1, removed: 1 },
    { path: 'new/b.txt', change: 'added', added: 1, removed: 0 },
    { path: 'secret.env', change: 'modified', added: 1, removed: 1 },
    { path: 'été/naïve.txt', change: 'deleted', added: 0, removed: 1 },
  ])
  const { text } = await checkpoints.diff(first.id, second.id)
  expect(text).toContain('-two\n+three\n')
  expect((await checkpoints.file(first.id, 'secret.env')).bytes.toString()).toBe('KEY=1')

  await workspace.write('unsaved.txt', 'made since')
  const before = await checkpoints.restore(first.id)
  const { states, latest } = await checkpoints.list()
  expect(states.map(({ label }) => label).toSorted()).toEqual(['before a restore', 'first', 'second'])
  expect(latest).toBe(first.id)
  expect(await checkpoints.save('as restored')).toMatchObject({ id: first.id, unchanged: true })
  expect((await workspace.list('.', { depth: 9, skip: ['node_modules'] })).entries.map((entry) => entry.path)).toEqual(
    ['.gitattributes', '.gitignore', 'a.txt', 'node_modules', 'secret.env', 'été', 'été/naïve.txt'].toSorted(),
  )
  expect((await workspace.read('a.txt')).bytes.toString()).toBe('one\r\ntwo\n')
  expect((await workspace.read('node_modules/m/index.js')).bytes.toString()).toBe('kept out')
  await workspace.write('a.txt', 'still ours to write')
  await checkpoints.restore(before.id)
  expect((await workspace.read('unsaved.txt')).bytes.toString()).toBe('made since')
  expect(await workspace.recount()).toEqual(workspace.usage)
})

test.skipIf(place.skip)('goes on where another process left off', async () => {
  const { workspace, session } = await place.open()
  await workspace.write('a', '1')
  const first = await new Checkpoints(workspace, session).save('first')
  await workspace.remove('a')
  const later = new Checkpoints(workspace, session)
  const second = await later.save('second')
  expect(await later.changes(first.id, second.id)).toMatchObject([{ path: 'a', change: 'deleted' }])
})

test.skipIf(place.skip)(
  'takes what code in a sandbox leaves: links, pipes, odd names, folders that became links',
  async () => {
    const { workspace, session } = await place.open()
    const checkpoints = new Checkpoints(workspace, session)
    await workspace.write('sub/file', 'inside')
    const first = await checkpoints.save('first')
    await workspace.remove('sub')
    symlinkSync('/etc', join(workspace.root, 'sub'))
    symlinkSync('/etc/passwd', join(workspace.root, 'link'))
    mkdirSync(join(workspace.root, '.GIT/hooks'), { recursive: true })
    execFileSync('bash', ['-c', "mkfifo pipe; touch closed; chmod 0 closed; echo x > $'a\\nb'; echo y > $'\\xff'"], {
      cwd: workspace.root,
    })
    writeFileSync(join(workspace.root, 'large'), Buffer.alloc((64 << 20) + 1))
    const second = await checkpoints.save('second')
    expect(second.skipped.toSorted()).toEqual(['closed', 'large'])
    expect((await checkpoints.file(second.id, 'link')).bytes.toString()).toBe('/etc/passwd')
    await checkpoints.restore(first.id)
    expect((await workspace.read('sub/file')).bytes.toString()).toBe('inside')
    await checkpoints.restore(second.id)
    expect(readlinkSync(join(workspace.root, 'sub'))).toBe('/etc')
    expect(readFileSync(Buffer.from(`${workspace.root}/\xff`, 'latin1'), 'utf8')).toBe('y\n')
  },
)

test.skipIf(place.skip)('only what save gave is a checkpoint', async () => {
  const { workspace, session } = await place.open()
  const checkpoints = new Checkpoints(workspace, session)
  const { id } = await checkpoints.save('empty')
  for (const other of ['HEAD', '--output=/tmp/x', id.slice(0, 10), '0'.repeat(40)]) {
    await expect(checkpoints.restore(other)).rejects.toMatchObject({ code: 'not-found' })
    await expect(checkpoints.diff(id, other)).rejects.toMatchObject({ code: 'not-found' })
  }
})

test.skipIf(place.skip)('forgets what nobody needs, and gives its disk back', async () => {
  const { workspace, session } = await place.open()
  const checkpoints = new Checkpoints(workspace, session)
  const saved = []
  for (let index = 0; index < 3; index++) {
    await workspace.write('random', randomBytes(1 << 20))
    saved.push(await checkpoints.save(`state ${index}`))
  }
  const [first, second, third] = saved.map(({ id }) => id)
  expect((await checkpoints.size()).bytes).toBeGreaterThan(3 << 20)
  await checkpoints.keepOnly([second!])
  expect((await checkpoints.size()).bytes).toBeLessThan(2.5 * (1 << 20))
  await expect(checkpoints.restore(first!)).rejects.toMatchObject({ code: 'not-found' })
  expect(await checkpoints.changes(second!, third!)).toMatchObject([{ path: 'random', added: undefined }])
  expect(await checkpoints.save('as it was')).toMatchObject({ id: third, unchanged: true })
})

test.skipIf(place.skip)('many new files go into one pack, and come back from it', async () => {
  const { workspace, session } = await place.open()
  const checkpoints = new Checkpoints(workspace, session)
  for (let index = 0; index < 300; index++) writeFileSync(join(workspace.root, `f${index}`), `text ${index}`)
  const { id } = await checkpoints.save('many')
  const objects = join(workspace.home, 'checkpoints/objects')
  expect(readdirSync(join(objects, 'pack')).filter((name) => name.endsWith('.pack'))).toHaveLength(1)
  expect((await checkpoints.size()).entries).toBeLessThan(40)
  await workspace.write('f7', 'other')
  await checkpoints.restore(id)
  expect((await workspace.read('f7')).bytes.toString()).toBe('text 7')
  expect((await checkpoints.save('again')).changes).toEqual([])
})

test.skipIf(place.skip)('packing gives way to a state that is to be saved, and can be done again', async () => {
  const { workspace, session } = await place.open()
  const checkpoints = new Checkpoints(workspace, session)
  await workspace.write('a', randomBytes(1 << 20))
  const first = await checkpoints.save('first')
  await workspace.write('a', 'two')
  const packing = checkpoints.keepOnly([first.id])
  const second = checkpoints.save('second')
  await expect(packing).rejects.toMatchObject({ code: 'aborted' })
  expect((await second).unchanged).toBe(false)
  await checkpoints.keepOnly([first.id, (await second).id])
  expect((await checkpoints.list()).states).toHaveLength(2)
})

test.skipIf(place.skip)('a git that was killed in the middle holds nobody up', async () => {
  const { workspace, session } = await place.open()
  const checkpoints = new Checkpoints(workspace, session)
  await workspace.write('a', '1')
  const first = await checkpoints.save('first')
  for (const lock of ['index.lock', 'refs/latest.lock']) {
    writeFileSync(join(workspace.home, 'checkpoints', lock), '')
  }
  await workspace.write('a', '2')
  const second = await checkpoints.save('second', { since: first.id })
  expect(second.changes).toMatchObject([{ path: 'a', change: 'modified' }])
})

test.skipIf(place.skip)('notices a file that was changed without a change of its size or its time', async () => {
  const { workspace, session } = await place.open()
  const checkpoints = new Checkpoints(workspace, session)
  const file = join(workspace.root, 'a')
  const time = new Date('2026-01-01')
  for (const text of ['one', 'two', 'six']) {
    writeFileSync(file, text)
    utimesSync(file, time, time)
    const { id } = await checkpoints.save(text)
    expect((await checkpoints.file(id, 'a')).bytes.toString()).toBe(text)
  }
})
