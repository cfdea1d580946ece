import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Workspace } from '../files/workspace.ts'
import type { SandboxSession } from '../session/sandbox-session.ts'
import { Checkpoints } from './checkpoints.ts'
import { cloneUrl } from './git-names.ts'
import { GitRepository } from './repository.ts'
import { armRepository, authorsGit, makeRepository, openGitTestPlace } from './testing/open-git-workspace.ts'

// Hostile inputs 103–112 of the sandbox's list. What a repository gets to run would write a log into the workspace's home.

const place = await openGitTestPlace()
afterAll(() => place.close())
const inside = '/workspace/files'
const log = '/workspace/evil.log'

const ran = (workspace: Workspace) => {
  const path = join(workspace.home, 'evil.log')
  const lines = existsSync(path) ? readFileSync(path, 'utf8') : ''
  rmSync(path, { force: true })
  return lines
}
const ignoreEnd = (work: Promise<unknown>) => work.catch(() => {})

/** Everything that can be asked of a repository, whatever comes of it. */
async function askEverything(workspace: Workspace, session: SandboxSession) {
  const git = new GitRepository(workspace, session)
  const checkpoints = new Checkpoints(workspace, session)
  const saved = await checkpoints.save('before')
  await ignoreEnd(git.importFrom(workspace))
  await git.status()
  await workspace.write('new.txt', 'new\n')
  await git.commit({ message: 'All of it' })
  await workspace.write('README.md', 'changed\n')
  await git.status()
  await git.diff()
  await git.changes()
  await git.log({ path: 'README.md' })
  await git.show('HEAD')
  await git.blame('README.md')
  await git.commit({ message: 'Again' })
  await git.createBranch('back', 'HEAD~1')
  await git.switchBranch('back')
  await git.switchBranch('main')
  await git.patch('HEAD~1')
  await git.bundle('main')
  const second = await checkpoints.save('after')
  await checkpoints.diff(saved.id, second.id)
  await checkpoints.restore(saved.id)
  await ignoreEnd(git.importFrom(workspace))
}

describe.skipIf(place.skip)('103–107 what a work tree brings', () => {
  test('103–105 control: git itself runs what the repository names', async () => {
    const { workspace, session } = await place.open()
    makeRepository(workspace.root)
    armRepository(workspace.root, inside, log)
    const env = {
      GIT_DIR: `${inside}/.git`,
      GIT_WORK_TREE: inside,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    }
    const plain = async (...args: string[]) => {
      await session.run({ level: 'L3', command: 'git', args, env })
      return ran(workspace)
    }
    expect(await plain('status')).toContain('evil.sh')
    await workspace.write('README.md', 'changed\n')
    expect(await plain('diff')).toContain('evil.sh')
    expect(await plain('add', '-A')).toContain('evil.sh')
    expect(await plain('blame', 'README.md')).toContain('evil.sh')
  })

  test('103–105 configuration, hooks and attributes: nothing runs', async () => {
    const { workspace, session } = await place.open()
    makeRepository(workspace.root)
    armRepository(workspace.root, inside, log)
    await askEverything(workspace, session)
    expect(ran(workspace)).toBe('')
  })

  test('103–105 the same in a folder of the work tree, and as a submodule', async () => {
    const { workspace, session } = await place.open()
    makeRepository(join(workspace.root, 'sub'))
    makeRepository(workspace.root)
    authorsGit(workspace.root, ['-c', 'advice.addEmbeddedRepo=false', 'add', 'sub'])
    writeFileSync(
      join(workspace.root, '.gitmodules'),
      '[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c evil\n\tignore = none\n',
    )
    authorsGit(workspace.root, ['add', '.gitmodules'])
    authorsGit(workspace.root, ['commit', '-q', '-m', 'With a submodule'])
    armRepository(join(workspace.root, 'sub'), `${inside}/sub`, log)
    writeFileSync(join(workspace.root, 'sub/README.md'), 'dirty\n')
    // The control: a status that looks into submodules runs what they name.
    const env = { GIT_DIR: `${inside}/.git`, GIT_WORK_TREE: inside }
    await session.run({ level: 'L3', command: 'git', args: ['-c', 'safe.directory=*', 'status'], env })
    expect(ran(workspace)).toContain('sub/evil.sh')
    await askEverything(workspace, session)
    expect(ran(workspace)).toBe('')
  })

  test('103 a GIT_DIR of ours that was tampered with is still read by our configuration', async () => {
    const { workspace, session } = await place.open()
    const git = new GitRepository(workspace, session)
    await workspace.write('README.md', 'one\n')
    await git.commit({ message: 'One' })
    await workspace.write('evil.sh', `#!/bin/sh\necho ran >> ${log}\n`)
    await session.run({ level: 'L3', command: 'chmod', args: ['755', `${inside}/evil.sh`] })
    writeFileSync(join(workspace.home, 'git/config'), `[core]\n\tbare = false\n\tfsmonitor = ${inside}/evil.sh\n`)
    await git.status()
    expect(ran(workspace)).toBe('')
  })

  test('106 .git is a file that points elsewhere', async () => {
    const { workspace, session } = await place.open()
    const other = await place.open()
    makeRepository(other.workspace.root)
    writeFileSync(join(workspace.root, '.git'), `gitdir: ${other.workspace.root}/.git\n`)
    const git = new GitRepository(workspace, session)
    await expect(git.importFrom(workspace)).rejects.toMatchObject({ code: 'denied' })
    rmSync(join(workspace.root, '.git'))
    symlinkSync(join(other.workspace.root, '.git'), join(workspace.root, '.git'))
    await expect(git.importFrom(workspace)).rejects.toMatchObject({ code: 'denied' })
    expect(await git.log()).toEqual([])
  })

  test('107 objects borrowed from another repository', async () => {
    const { workspace, session } = await place.open()
    const other = await place.open()
    makeRepository(other.workspace.root)
    makeRepository(workspace.root)
    const git = new GitRepository(workspace, session)
    writeFileSync(join(workspace.root, '.git/objects/info/alternates'), `${other.workspace.root}/.git/objects\n`)
    await expect(git.importFrom(workspace)).rejects.toMatchObject({ code: 'denied' })
    rmSync(join(workspace.root, '.git/objects/info/alternates'))
    writeFileSync(join(workspace.root, '.git/commondir'), '../../../other\n')
    await expect(git.importFrom(workspace)).rejects.toMatchObject({ code: 'denied' })
    rmSync(join(workspace.root, '.git/commondir'))
    rmSync(join(workspace.root, '.git/objects'), { recursive: true })
    symlinkSync(join(other.workspace.root, '.git/objects'), join(workspace.root, '.git/objects'))
    await expect(git.importFrom(workspace)).rejects.toMatchObject({ code: 'denied' })
  })
})

describe.skipIf(place.skip)('108 names that are more than names', async () => {
  const { workspace, session } = await place.open()
  const git = new GitRepository(workspace, session)
  await workspace.write('a', '1')
  await git.commit({ message: 'One' })
  await workspace.write('a', '2')
  await git.commit({ message: 'Two' })

  test('control: ids, branches and steps back are names', async () => {
    const [head] = await git.log()
    for (const name of ['main', 'HEAD', 'HEAD~1', 'HEAD^', head!.id, head!.id.slice(0, 7)]) await git.show(name)
  })

  test.each([
    '--output=/workspace/out',
    '-p',
    '../../x',
    'HEAD^{/(a+)+$}',
    ':/x',
    'HEAD:a',
    '@{u}',
    'main@{1}',
    'a..b',
    '^main',
    'a b',
    'a\nb',
    '',
    'x.lock',
    'refs/*',
  ])('108 %j', async (name) => {
    const asked = [
      git.show(name),
      git.log({ from: name }),
      git.diff({ from: name }),
      git.diff({ to: name }),
      git.changes({ from: name }),
      git.blame('a', { commit: name }),
      git.createBranch(name),
      git.createBranch('fine', name),
      git.switchBranch(name),
      git.patch(name),
      git.bundle(name),
    ]
    for (const end of await Promise.allSettled(asked)) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'bad-path' } })
    }
    expect(existsSync(join(workspace.home, 'out'))).toBe(false)
  })

  test('82 paths that look like options or patterns are paths', async () => {
    for (const path of ['-rf', '--output=x', ':(glob)*', '*']) {
      writeFileSync(join(workspace.root, path), 'x', { mode: 0o644 })
      expect((await git.commit({ message: path, paths: [path] })).subject).toBe(path)
      expect((await git.blame(path)).lines).toHaveLength(1)
      expect(await git.log({ path })).toHaveLength(1)
    }
    expect(workspace.find('x')).toBeUndefined()
    await expect(git.diff({ paths: ['../x'] })).rejects.toMatchObject({ code: 'bad-path' })
  })
})

describe('109 addresses of repositories', () => {
  test.each(['https://example.org/a/b.git', 'https://example.org/a/b?c=d'])('control: %s', (url) => {
    expect(cloneUrl(url).href).toBe(url)
  })
  test.each([
    'ext::sh -c "touch /tmp/x"',
    'file:///etc',
    '/etc',
    'http://example.org/a.git',
    'git://example.org/a.git',
    'ssh://-x/',
    'git@example.org:a/b',
    '-oProxyCommand=touch /tmp/x',
    '--upload-pack=touch /tmp/x',
    'https://user:pass@example.org/a.git',
    'https://-x/',
    'https://example.org:22/',
    'https://example.org/a\nb',
    'https://example.org/#a',
    'https://ext::sh',
    '',
  ])('109 %j', (url) => {
    expect(() => cloneUrl(url)).toThrow(expect.objectContaining({ code: 'bad-path' }))
  })

  test.skipIf(place.skip)('109 submodules with such addresses and paths are never fetched', async () => {
    const { workspace, session } = await place.open()
    makeRepository(workspace.root)
    const modules = ['ext::sh -c evil', 'file:///etc', '-oProxyCommand=evil', 'ssh://-x/'].map(
      (url, index) => `[submodule "s${index}"]\n\tpath = s${index}\n\turl = "${url}"\n\tupdate = !sh -c evil\n`,
    )
    writeFileSync(
      join(workspace.root, '.gitmodules'),
      `${modules.join('')}[submodule "r"]\n\tpath = "a\\r"\n\turl = ./x\n`,
    )
    await askEverything(workspace, session)
    expect(ran(workspace)).toBe('')
  })
})

describe.skipIf(place.skip)('110 trees that would leave the work tree', () => {
  const entry = (mode: string, name: string, id: string) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])

  test.each([
    ['..', [['100644', '..']]],
    ['.git', [['40000', '.git']]],
    ['.GIT', [['40000', '.GIT']]],
    ['git~1', [['40000', 'git~1']]],
    ['a path as a name', [['100644', 'a/../../b']]],
    [
      'a link and a folder of one name',
      [
        ['120000', 'x'],
        ['40000', 'x'],
      ],
    ],
  ])('110 %s', async (_, entries) => {
    const { workspace, session } = await place.open()
    makeRepository(workspace.root)
    const blob = authorsGit(workspace.root, ['hash-object', '-w', '--stdin'], '/etc').trim()
    const folder = authorsGit(workspace.root, ['mktree'], `100644 blob ${blob}\tinner\n`).trim()
    const raw = entries.map(([mode = '', name = '']) => entry(mode, name, mode === '40000' ? folder : blob))
    const tree = authorsGit(
      workspace.root,
      ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'],
      Buffer.concat(raw),
    ).trim()
    const commit = authorsGit(workspace.root, ['commit-tree', tree, '-m', 'x']).trim()
    authorsGit(workspace.root, ['update-ref', 'refs/heads/main', commit])
    const git = new GitRepository(workspace, session)
    await expect(git.importFrom(workspace)).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(
        /^git: object [0-9a-f]{40}: (?:hasDotdot|hasDotgit|fullPathname|duplicateEntries)/,
      ),
    })
    expect(await git.log()).toEqual([])
  })

  test('110 objects that are not what they claim, and names that lead nowhere', async () => {
    const { workspace, session } = await place.open()
    makeRepository(workspace.root)
    const id = authorsGit(workspace.root, ['rev-parse', 'HEAD^{tree}']).trim()
    const path = join(workspace.root, '.git/objects', id.slice(0, 2), id.slice(2))
    rmSync(path)
    writeFileSync(path, 'not compressed')
    const git = new GitRepository(workspace, session)
    await expect(git.importFrom(workspace)).rejects.toMatchObject({ code: 'failed' })
    rmSync(path)
    await expect(git.importFrom(workspace)).rejects.toMatchObject({ code: 'failed' })
    mkdirSync(join(workspace.root, '.git/refs/heads/evil'), { recursive: true })
    writeFileSync(join(workspace.root, '.git/refs/heads/evil/--output=x'), '0'.repeat(40))
    await expect(git.importFrom(workspace)).rejects.toMatchObject({ code: 'failed' })
  })
})

describe.skipIf(place.skip)('111–112 what is committed', () => {
  test('111 a link is committed as its text, and nothing behind it', async () => {
    const { workspace, session } = await place.open()
    const git = new GitRepository(workspace, session)
    writeFileSync(join(workspace.home, 'canary'), 'canary-9c')
    symlinkSync('../', join(workspace.root, 'dir'))
    symlinkSync('../canary', join(workspace.root, 'link'))
    const { id } = await git.commit({ message: 'Links' })
    expect(
      (await git.changes({ from: '4b825dc642cb6eb9a060e54bf8d69288fbee4904', to: id })).map((file) => file.path),
    ).toEqual(['dir', 'link'])
    expect((await git.show(id, { path: 'link' })).text).toBe('../canary')
    expect(JSON.stringify(await git.show(id))).not.toContain('canary-9c')
    await ignoreEnd(git.commit({ message: 'Through it', paths: ['dir/canary'] }))
    expect(JSON.stringify(await git.log())).not.toContain('Through it')
  })

  test('112 a message of 10 MB is refused, one with escape sequences is cleaned', async () => {
    const { workspace, session } = await place.open()
    const git = new GitRepository(workspace, session)
    await workspace.write('a', '1')
    await expect(git.commit({ message: 'x'.repeat(10 << 20) })).rejects.toMatchObject({ code: 'too-large' })
    await expect(git.commit({ message: '\u001b\u0007 ' })).rejects.toMatchObject({ code: 'failed' })
    const { subject } = await git.commit({ message: '\u001b[31mred\u001b]0;title\u0007 \u202eline' })
    expect(subject).toBe('red]0;title line')
  })

  test('112 a message of 10 MB in a repository that came so', async () => {
    const { workspace, session } = await place.open()
    makeRepository(workspace.root)
    authorsGit(workspace.root, ['commit', '-q', '--allow-empty', '-F', '-'], `\u001b[31mred\n\n${'x'.repeat(10 << 20)}`)
    const git = new GitRepository(workspace, session)
    await git.importFrom(workspace)
    const [commit] = await git.log({ limit: 1 })
    expect(commit).toMatchObject({ subject: '[31mred' })
    expect(commit!.body.length).toBeLessThanOrEqual(20_000)
  })
})
