import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { walkTree } from '../files/walk-tree.ts'
import { namesPrint } from './names-print.ts'
import { GitRepository } from './repository.ts'
import { armRepository, authorsGit, makeRepository, openGitTestPlace } from './testing/open-git-workspace.ts'

const place = await openGitTestPlace()
afterAll(() => place.close())

/** Path → what it is and holds. */
async function everything(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const { path, stats } of walkTree(root, [])) {
    const name = path.map(String).join('/')
    const content = stats.isFile()
      ? createHash('sha256')
          .update(readFileSync(join(root, name)))
          .digest('hex')
      : ''
    found.set(name, `${stats.mode} ${content}`)
  }
  return found
}

async function openFolder(prepare: (root: string) => void = () => {}) {
  const elsewhere = await place.open()
  const { root } = elsewhere.workspace
  makeRepository(root)
  prepare(root)
  const { workspace, session } = await place.open({ root, hardLinks: true })
  const git = new GitRepository(workspace, session)
  await git.importFrom(workspace)
  await git.beginBranch('reynard/one')
  writeFileSync(join(root, 'new.txt'), 'new\n')
  const { id } = await git.commit({ message: 'New' })
  return { root, git, workspace, id }
}

describe.skipIf(place.skip)('a commit that comes back into a folder of this machine', () => {
  test('reads a hostile configuration once, and finds what git would find in it', async () => {
    const { root, git } = await openFolder()
    const config = join(root, '.git/config')
    const plain = readFileSync(config, 'utf8')
    for (const line of ['[extensions] objectFormat = sha256', '[extensions]\n\trefStorage=reftable']) {
      writeFileSync(config, `${plain}${line}\n`)
      await expect(git.publish('reynard/one', undefined)).rejects.toThrow('in a form that is not written to')
    }
    writeFileSync(config, `${plain}[extensions]\n\tobjectFormat = sha1\n${'\n'.repeat(1_000_000)}`)
    expect(await git.publish('reynard/one', undefined)).toBe(true)
  })

  test('is one new branch there, and nothing else changes; a second one goes on from it', async () => {
    const log = '/tmp/never'
    const { root, git, id } = await openFolder((folder) => armRepository(folder, folder, log))
    const before = await everything(root)
    expect(await git.publish('reynard/one', undefined)).toBe(true)
    const after = await everything(root)
    const added = [...after.keys()].filter((path) => !before.has(path))
    expect(added.sort()).toEqual([
      expect.stringMatching(/^\.git\/objects\/pack\/pack-[0-9a-f]{40}\.idx$/),
      expect.stringMatching(/^\.git\/objects\/pack\/pack-[0-9a-f]{40}\.pack$/),
      '.git/refs/heads/reynard',
      '.git/refs/heads/reynard/one',
    ])
    for (const [path, what] of before) expect([path, after.get(path)]).toEqual([path, what])
    expect(existsSync(log)).toBe(false)

    writeFileSync(join(root, '.git/config'), '')
    expect(authorsGit(root, ['log', '--format=%H', 'reynard/one']).split('\n')[0]).toBe(id)
    expect(authorsGit(root, ['fsck', '--full', '--strict'])).toBe('')
    expect(authorsGit(root, ['show', 'reynard/one:new.txt'])).toBe('new\n')

    writeFileSync(join(root, 'new.txt'), 'newer\n')
    const next = await git.commit({ message: 'Newer' })
    await expect(git.publish('reynard/one', undefined)).rejects.toMatchObject({ code: 'denied' })
    expect(await git.publish('reynard/one', id)).toBe(true)
    expect(authorsGit(root, ['rev-parse', 'reynard/one']).trim()).toBe(next.id)
  })

  test.each<[string, (root: string) => void]>([
    ['where the name is a folder of names', (root) => authorsGit(root, ['branch', 'reynard/one/two'])],
    ['where a name stands in its way', (root) => authorsGit(root, ['branch', 'reynard'])],
    ['where somebody has such a branch', (root) => authorsGit(root, ['branch', 'reynard/one'])],
    [
      'where somebody writes it just now',
      (root) => {
        mkdirSync(join(root, '.git/refs/heads/reynard'), { recursive: true })
        writeFileSync(join(root, '.git/refs/heads/reynard/one.lock'), '')
      },
    ],
    ['where names are kept in another form', (root) => mkdirSync(join(root, '.git/reftable'))],
    [
      'where objects have another form',
      (root) => writeFileSync(join(root, '.git/config'), '[extensions]\n\tobjectFormat = sha256\n'),
    ],
    [
      'where the names lead elsewhere',
      (root) => {
        mkdirSync(join(root, 'beside'))
        symlinkSync(join(root, 'beside'), join(root, '.git/refs/heads/reynard'))
      },
    ],
  ])('is refused %s', async (_why, spoil) => {
    const { root, git } = await openFolder()
    spoil(root)
    const before = await everything(root)
    await expect(git.publish('reynard/one', undefined)).rejects.toMatchObject({
      code: expect.stringMatching(/denied|bad-path/),
    })
    for (const [path, what] of await everything(root)) {
      if (!path.startsWith('.git/objects/pack/')) expect([path, what]).toEqual([path, before.get(path)])
    }
  })

  test('stays here where the folder has no repository', async () => {
    const { root, git } = await openFolder()
    rmSync(join(root, '.git'), { recursive: true })
    expect(await git.publish('reynard/one', undefined)).toBe(false)
    expect(existsSync(join(root, '.git'))).toBe(false)
  })

  test('the names look the same until one of them changes', async () => {
    const { root, workspace } = await openFolder()
    const print = await namesPrint(workspace)
    expect(await namesPrint(workspace)).toBe(print)
    authorsGit(root, ['branch', 'another'])
    expect(await namesPrint(workspace)).not.toBe(print)
    rmSync(join(root, '.git'), { recursive: true })
    expect(await namesPrint(workspace)).toBeNull()
  })
})
