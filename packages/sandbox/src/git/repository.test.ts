import { mkdirSync, rmSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { GitRepository } from './repository.ts'
import { authorsGit, makeRepository, openGitTestPlace } from './testing/open-git-workspace.ts'

const place = await openGitTestPlace()
afterAll(() => place.close())

describe.skipIf(place.skip)('a repository of the server’s', () => {
  test('from nothing to commits, branches, diffs and blame', async () => {
    const { workspace, session } = await place.open()
    const git = new GitRepository(workspace, session)
    expect(await git.log()).toEqual([])
    await workspace.write('a.txt', 'one\ntwo\n')
    await workspace.write('.gitignore', 'ignored\n')
    await workspace.write('ignored', 'x')
    expect(await git.status()).toMatchObject({
      branch: 'main',
      commit: undefined,
      entries: [{ path: '.gitignore', index: '?', workTree: '?' }, { path: 'a.txt' }],
    })
    const first = await git.commit({
      message: 'First\n\nWhy it is so.',
      author: { name: 'Ada <x>', email: 'ada@example.org' },
    })
    expect(first).toMatchObject({
      author: 'Ada x',
      email: 'ada@example.org',
      subject: 'First',
      body: 'Why it is so.',
      parents: [],
    })
    await expect(git.commit({ message: 'Nothing' })).rejects.toMatchObject({ code: 'failed' })

    await workspace.write('a.txt', 'one\nthree\n')
    await workspace.write('dir/b c.txt', 'new\n')
    expect((await git.status()).entries).toEqual([
      { path: 'a.txt', index: '.', workTree: 'M' },
      { path: 'dir/b c.txt', index: '?', workTree: '?' },
    ])
    expect((await git.diff()).text).toContain('-two\n+three\n')
    expect((await git.diff({ paths: ['dir'] })).text).toBe('')
    expect(await git.changes()).toEqual([{ path: 'a.txt', change: 'modified', added: 1, removed: 1 }])
    const partial = await git.commit({ message: 'Only b', paths: ['dir'] })
    expect((await git.status()).entries).toEqual([{ path: 'a.txt', index: '.', workTree: 'M' }])
    await workspace.move('dir/b c.txt', 'moved.txt')
    await git.commit({ message: 'The rest' })
    expect((await git.log()).map((commit) => commit.subject)).toEqual(['The rest', 'Only b', 'First'])
    expect(await git.log({ path: 'dir/b c.txt', limit: 1 })).toMatchObject([{ subject: 'The rest' }])
    expect(await git.changes({ from: partial.id, to: 'HEAD', paths: [] })).toMatchObject([
      { path: 'a.txt' },
      { path: 'moved.txt', oldPath: 'dir/b c.txt', change: 'renamed' },
    ])
    expect((await git.blame('a.txt')).lines).toMatchObject([
      { line: 1, commit: first.id, author: 'Ada x', text: 'one', subject: 'First' },
      { line: 2, text: 'three', subject: 'The rest' },
    ])
    expect((await git.show('HEAD~2', { path: 'a.txt' })).text).toBe('one\ntwo\n')
    expect((await git.show('HEAD')).text).toContain('The rest')

    await git.createBranch('reynard/try', 'HEAD~1')
    await expect(git.createBranch('reynard/try')).rejects.toMatchObject({ code: 'denied' })
    await git.switchBranch('reynard/try')
    expect((await git.branches()).find((branch) => branch.current)?.name).toBe('reynard/try')
    expect(workspace.find('moved.txt')).toBeUndefined()
    expect((await git.patch('HEAD~1')).toString()).toContain('Subject: [PATCH] Only b')
    expect((await git.bundle('reynard/try')).subarray(0, 16).toString()).toContain('git bundle')
  })

  test('what tools kept is in no status, diff or commit but one that names it, whatever a .gitignore says', async () => {
    const { workspace, session } = await place.open()
    const git = new GitRepository(workspace, session)
    await workspace.write('a.txt', 'one\n')
    await workspace.write('.gitignore', '!tool-output/\n!*.txt\n')
    await workspace.write('sub/tool-output/b.txt', 'somebody’s\n')
    await workspace.write('tool-output/call_1.txt', 'long\n')
    const work = ['.gitignore', 'a.txt', 'sub/tool-output/b.txt']
    expect((await git.status()).entries.map(({ path }) => path)).toEqual(work)
    expect((await git.pendingFiles()).map(({ path }) => path)).toEqual(work)
    expect((await git.pending()).text).not.toContain('long')
    const first = await git.commit({ message: 'First' })
    expect((await git.show(first.id)).text).not.toContain('call_1')
    await expect(git.commit({ message: 'Nothing' })).rejects.toMatchObject({ code: 'failed' })

    // What is committed by its name is a file like others from then on.
    await git.commit({ message: 'By name', paths: ['tool-output/call_1.txt'] })
    await workspace.write('tool-output/call_1.txt', 'longer\n')
    await workspace.write('tool-output/call_2.txt', 'long\n')
    expect((await git.status()).entries).toEqual([{ path: 'tool-output/call_1.txt', index: '.', workTree: 'M' }])
    expect((await git.pendingFiles()).map(({ path }) => path)).toEqual(['tool-output/call_1.txt'])
  })

  test('what a commit would hold is told before it: new, changed, moved and deleted files, and nothing of the index', async () => {
    const { workspace, session } = await place.open()
    const git = new GitRepository(workspace, session)
    await workspace.write('a.txt', 'one\n')
    await workspace.write('b.txt', 'a long enough line to be known again\n')
    expect((await git.pending()).text).toContain('new file mode 100644')
    expect(await git.pendingFiles(['a.txt'])).toEqual([{ path: 'a.txt', change: 'added', added: 1, removed: 0 }])
    const root = await git.commit({ message: 'First  \n\u001b[31m\n' })
    expect(root.subject).toBe('First')
    await workspace.write('a.txt', 'two\n')
    await workspace.move('b.txt', 'dir/b.txt')
    await workspace.write('new.txt', 'new\n')
    const before = await git.status()
    const { text } = await git.pending()
    for (const part of ['-one\n+two', 'rename to dir/b.txt', '+++ b/new.txt']) expect(text).toContain(part)
    expect(await git.pendingFiles()).toMatchObject([
      { path: 'a.txt', change: 'modified' },
      { path: 'dir/b.txt', oldPath: 'b.txt', change: 'renamed' },
      { path: 'new.txt', change: 'added' },
    ])
    expect(await git.status()).toEqual(before)
    const { id } = await git.commit({ message: 'Second' })
    expect(await git.changes({ from: root.id, to: id })).toHaveLength(3)
    expect(await git.pendingFiles()).toEqual([])
    expect((await git.patch()).toString()).toMatch(/Subject: \[PATCH 1\/2\] First[\s\S]*Second/)
  })

  test('a branch is begun where we are, also before the first commit', async () => {
    const { workspace, session } = await place.open()
    const git = new GitRepository(workspace, session)
    await git.beginBranch('reynard/new')
    expect(await git.currentBranch()).toBe('reynard/new')
    await workspace.write('a', '1')
    const { id } = await git.commit({ message: 'One' })
    expect(await git.commitId('reynard/new')).toBe(id)
    await git.beginBranch('reynard/next')
    expect((await git.branches()).map(({ name, commit }) => [name, commit])).toEqual([
      ['reynard/new', id],
      ['reynard/next', id],
    ])
    await expect(git.beginBranch('reynard/new')).rejects.toMatchObject({ code: 'failed' })
    expect(await git.commitId('missing')).toBeUndefined()
  })

  test('a change that a switch would overwrite is kept, and the switch refused', async () => {
    const { workspace, session } = await place.open()
    const git = new GitRepository(workspace, session)
    await workspace.write('a', '1')
    await git.commit({ message: 'One' })
    await git.createBranch('other')
    await workspace.write('a', '2')
    await git.commit({ message: 'Two' })
    await workspace.write('a', 'unsaved')
    await expect(git.switchBranch('other')).rejects.toMatchObject({ code: 'failed' })
    expect((await workspace.read('a')).bytes.toString()).toBe('unsaved')
    await expect(git.show('missing')).rejects.toMatchObject({ code: 'not-found' })
    await expect(git.log({ from: 'missing' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(git.blame('missing')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('imports a project’s history, loose, packed and shallow, and again later', async () => {
    const { workspace, session } = await place.open()
    const git = new GitRepository(workspace, session)
    makeRepository(workspace.root)
    expect(await git.importFrom(workspace)).toEqual({ refs: 3, head: 'main' })
    expect((await git.log()).map((commit) => commit.subject)).toEqual(['Second', 'First'])
    expect((await git.status()).entries).toEqual([])
    expect((await git.branches()).map((branch) => branch.name)).toEqual(['feature', 'main'])
    await git.createBranch('reynard/work')

    authorsGit(workspace.root, ['commit', '-q', '--allow-empty', '-m', 'Third'])
    authorsGit(workspace.root, ['gc', '-q', '--aggressive'])
    await git.importFrom(workspace)
    expect((await git.log({ limit: 1 })).map((commit) => commit.subject)).toEqual(['Third'])
    expect((await git.branches()).map((branch) => branch.name)).toContain('reynard/work')

    const cut = await place.open()
    rmSync(cut.workspace.root, { recursive: true })
    mkdirSync(cut.workspace.root)
    authorsGit(cut.workspace.home, ['clone', '-q', '--depth=1', `file://${workspace.root}`, cut.workspace.root])
    const shallow = new GitRepository(cut.workspace, cut.session)
    await shallow.importFrom(cut.workspace)
    expect((await shallow.log()).map((commit) => commit.subject)).toEqual(['Third'])
  })

  test('a folder of this machine is looked at, never written', async () => {
    const elsewhere = await place.open()
    makeRepository(elsewhere.workspace.root)
    const { workspace, session } = await place.open({ root: elsewhere.workspace.root, hardLinks: true })
    const git = new GitRepository(workspace, session)
    await git.importFrom(workspace)
    await elsewhere.workspace.write('README.md', 'changed\n')
    expect((await git.status()).entries).toEqual([{ path: 'README.md', index: '.', workTree: 'M' }])
    await git.createBranch('reynard/one')
    await git.switchBranch('reynard/one')
    expect(await git.commit({ message: 'Into the server’s own' })).toMatchObject({ subject: 'Into the server’s own' })
    expect(authorsGit(elsewhere.workspace.root, ['log', '-1', '--format=%s']).trim()).toBe('Second')
    expect((await git.branches()).find((branch) => branch.current)?.name).toBe('reynard/one')
    await expect(git.switchBranch('feature')).rejects.toMatchObject({ code: 'denied' })
  })
})
