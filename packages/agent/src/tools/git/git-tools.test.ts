import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { gitBlame } from './git-blame.ts'
import { gitBranch } from './git-branch.ts'
import { gitCommit } from './git-commit.ts'
import { gitDiff } from './git-diff.ts'
import { gitLog } from './git-log.ts'
import { gitStatus } from './git-status.ts'

const kits: ToolKit[] = []
let kit = await openToolKit()
kits.push(kit)
const skip = !kit.sandbox.report.levels.L3.available && process.env.SANDBOX_REQUIRED !== '1'
beforeEach(async () => {
  kit = await openToolKit()
  kits.push(kit)
})
afterAll(() => Promise.all(kits.map((each) => each.close())))
const write = (path: string, text: string) => kit.workspace.write(path, text)
const commit = (message: string, paths: string[] = []) => kit.call(gitCommit, { message, paths })

describe.skipIf(skip)('what is more than a model reads at once', () => {
  test('is whole in what is kept: lines of blame, files of status, a diff; of a log it says how to read on', async () => {
    const lines = (word: string) => Array.from({ length: 600 }, (_, at) => `${word} ${at}\n`).join('')
    await write('long.txt', lines('first'))
    await commit('First')
    await write('b.txt', 'b\n')
    await commit('Second')
    const blame = await kit.call(gitBlame, { path: 'long.txt', from_line: 2 })
    expect(blame.content).toMatch(/^2 [\s\S]*\n401 [^\n]+: first 400\n… 199 more lines\.$/)
    expect(blame.full).toMatch(/\n600 [^\n]+: first 599$/)
    expect(blame.truncated).toBe(false)
    const log = await kit.call(gitLog, { limit: 1 })
    const [, from] = /There are older ones: read on with from = ([0-9a-f]{8})\.$/.exec(log.content) ?? []
    expect((await kit.call(gitLog, { from, limit: 1 })).content).toMatch(/^[0-9a-f]{8} [^\n]+: First$/)

    await write('long.txt', `${'long words of a line '.repeat(30)}\n`.repeat(600))
    const diff = await kit.call(gitDiff, {})
    expect(diff.truncated).toBe(false)
    expect(diff.content.length).toBeGreaterThan(300_000)
    for (let at = 0; at < 310; at++) await write(`new/${at}`, '')
    const status = await kit.call(gitStatus, {})
    expect(status.content).toContain('… 11 more files.')
    expect(status.full?.split('\n')).toHaveLength(312)
  })
})

describe.skipIf(skip)('version control of a workspace', () => {
  test('from a change to a commit: status, diff, the question, log and blame', async () => {
    expect(await kit.call(gitStatus, {})).toMatchObject({ content: 'On main, nothing committed yet: nothing differs.' })
    expect((await kit.call(gitLog, {})).content).toBe('Nothing is committed yet.')
    expect((await kit.call(gitBranch, {})).content).toContain('no branch yet')
    await write('a.ts', 'one\ntwo\n')
    await commit('First')
    await write('a.ts', 'one\nthree\n')
    await write('dir/new.ts', 'new\n')
    expect(await kit.call(gitStatus, {})).toMatchObject({
      content: expect.stringMatching(/^On main at [0-9a-f]{8}: 2 files differ\.\nchanged: a\.ts\nnew: dir\/new\.ts$/),
      display: {
        kind: 'table',
        rows: [
          ['a.ts', 'changed', null],
          ['dir/new.ts', 'new', null],
        ],
        totalRows: 2,
      },
    })
    const diff = await kit.call(gitDiff, {})
    expect(diff.content).toContain('-two\n+three')
    expect(diff.display).toMatchObject({
      kind: 'diffs',
      files: [
        { path: 'a.ts', change: 'modified' },
        { path: 'dir/new.ts', change: 'added', patch: '@@ -0,0 +1 @@\n+new' },
      ],
    })
    const message = 'Say three  \n\n\u001b[31mWhy.\u202e'
    expect(await gitCommit.facts?.({ message, paths: ['a.ts'] }, kit.session)).toMatchObject({
      wants: 'commit 1 file',
      reason: 'Say three\n\nWhy.',
      notes: [
        'Commits 1 file: a.ts',
        'On main in the history of this chat’s workspace, by Ada <ada@example.org>. Nothing is sent anywhere',
      ],
      preview: { kind: 'diffs', files: [{ path: 'a.ts', patch: '@@ -1,2 +1,2 @@\n one\n-two\n+three' }], omitted: 0 },
    })
    expect(await gitCommit.refuses?.({ message, paths: ['a.ts'] }, kit.session)).toBeNull()
    expect(await commit(message, ['a.ts'])).toMatchObject({
      content: expect.stringMatching(/^Committed [0-9a-f]{8} on main: Say three\.\nmodified: a\.ts$/),
      display: { kind: 'diffs', files: [{ path: 'a.ts' }] },
    })
    expect((await kit.call(gitLog, { path: 'a.ts' })).display).toMatchObject({
      rows: [
        [expect.any(String), 'Say three', 'Ada', expect.any(String)],
        [expect.any(String), 'First', 'Ada', expect.any(String)],
      ],
    })
    expect(await gitCommit.refuses?.({ message, paths: ['a.ts'] }, kit.session)).toMatch(/nothing under a\.ts differs/)
    await write('a.ts', 'one\nthree\nfour\n')
    expect((await kit.call(gitBlame, { path: 'a.ts' })).content).toMatch(
      /^1 [0-9a-f]{8} Ada [-0-9: ]+: one\n2 [0-9a-f]{8} Ada [-0-9: ]+: three\n3 not committed: four$/,
    )
    expect((await kit.call(gitBlame, { path: 'a.ts', from_line: 2, to_line: 2 })).content).toMatch(/^2 [^\n]+three$/)
    expect((await kit.call(gitDiff, { from: 'HEAD~1', to: 'HEAD' })).content).toContain('+three')
    await expect(kit.call(gitDiff, { to: 'HEAD' })).rejects.toThrow('Give from')
    await commit('The rest')
    await expect(commit('Nothing left')).rejects.toThrow('Nothing has changed')
  })

  test('branches: made, gone to with the files they hold, never over what is unsaved', async () => {
    await write('a', '1')
    await commit('One')
    expect(gitBranch.readsOnly?.({ action: 'list' })).toBe(true)
    expect(gitBranch.readsOnly?.({ action: 'create', name: 'x' })).toBe(false)
    expect(await gitBranch.facts?.({ action: 'create', name: 'try' }, kit.session)).toMatchObject({
      wants: 'create the branch try',
    })
    await kit.call(gitBranch, { action: 'create', name: 'try' })
    await write('a', '2')
    await write('b', 'b')
    await commit('Two')
    expect(await gitBranch.facts?.({ action: 'switch', name: 'try' }, kit.session)).toMatchObject({
      wants: 'switch to the branch try',
      writes: ['a'],
      deletes: ['b'],
    })
    await write('a', 'unsaved')
    await expect(kit.call(gitBranch, { action: 'switch', name: 'try' })).rejects.toMatchObject({ code: 'failed' })
    expect((await kit.workspace.read('a')).bytes.toString()).toBe('unsaved')
    await write('a', '2')
    await kit.call(gitBranch, { action: 'switch', name: 'try' })
    expect((await kit.workspace.read('a')).bytes.toString()).toBe('1')
    expect((await kit.call(gitBranch, {})).content).toMatch(/^main [0-9a-f]{8}\ntry [0-9a-f]{8} \(current\)$/)
    await expect(kit.call(gitBranch, { action: 'create' })).rejects.toThrow('Give the name')
    await expect(kit.call(gitBranch, { action: 'switch', name: 'gone' })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe.skipIf(skip)('what an attacker gives to the tools', () => {
  const ran = () => {
    try {
      return readFileSync(join(kit.workspace.root, 'ran'), 'utf8')
    } catch {
      return ''
    }
  }

  test('103–106 a .git, hooks, attributes and pointers in the workspace: nothing of them runs or is followed', async () => {
    await write('a', '1')
    await commit('One')
    const root = kit.workspace.root
    mkdirSync(join(root, '.git/hooks'), { recursive: true })
    const evil = 'sh -c "echo ran >> /workspace/files/ran; cat"'
    const config = `[core]\n fsmonitor = ${evil}\n hooksPath = /workspace/files/.git/hooks\n pager = ${evil}\n worktree = /\n[diff]\n external = ${evil}\n[diff "evil"]\n textconv = ${evil}\n[filter "evil"]\n clean = ${evil}\n smudge = ${evil}\n[alias]\n status = !${evil}\n[include]\n path = /workspace/files/evil\n`
    writeFileSync(join(root, '.git/config'), config)
    writeFileSync(join(root, '.git/HEAD'), 'ref: refs/heads/evil\n')
    for (const hook of ['pre-commit', 'post-commit', 'commit-msg', 'post-checkout', 'reference-transaction'])
      writeFileSync(join(root, '.git/hooks', hook), '#!/bin/sh\necho ran >> /workspace/files/ran\n', { mode: 0o755 })
    writeFileSync(join(root, '.gitattributes'), '* filter=evil diff=evil merge=evil\n')
    mkdirSync(join(root, 'sub'))
    writeFileSync(join(root, 'sub/.git'), 'gitdir: ../../other/.git\n')
    await write('a', '2')
    expect((await kit.call(gitStatus, {})).content).toContain('On main at')
    await kit.call(gitDiff, {})
    await kit.call(gitBranch, { action: 'create', name: 'next' })
    await commit('Two')
    await kit.call(gitBranch, { action: 'switch', name: 'next' })
    await kit.call(gitLog, {})
    await kit.call(gitBlame, { path: 'a' })
    expect(ran()).toBe('')
    expect((await kit.call(gitLog, { path: '.git/config' })).content).toBe('No commit changed .git/config.')
  })

  test.each(['--output=/tmp/x', '../../x', 'HEAD^{/(a+)+$}', '@{u}', '-p', 'a b', ':/x', 'HEAD:a'])(
    '108 %s is no commit, branch or tag',
    async (name) => {
      await write('a', '1')
      await commit('One')
      for (const call of [
        kit.call(gitLog, { from: name }),
        kit.call(gitDiff, { from: name }),
        kit.call(gitBlame, { path: 'a', commit: name }),
        kit.call(gitBranch, { action: 'create', name: 'x', from: name }),
        kit.call(gitBranch, { action: 'switch', name }),
      ])
        await expect(call).rejects.toMatchObject({ code: 'bad-path' })
    },
  )

  test('82, 111 paths are paths: options, patterns, links and what lies outside', async () => {
    await write('a', '1')
    await write('--output=x', 'o')
    await commit('One')
    symlinkSync('/etc', join(kit.workspace.root, 'link'))
    for (const path of ['../beside', '/etc/passwd', 'a\0b', '..\\x']) {
      await expect(kit.call(gitBlame, { path })).rejects.toMatchObject({ code: 'bad-path' })
      await expect(kit.call(gitDiff, { paths: [path] })).rejects.toMatchObject({ code: 'bad-path' })
    }
    expect((await kit.call(gitBlame, { path: '--output=x' })).content).toMatch(/: o$/)
    expect((await kit.call(gitDiff, { paths: [':(exclude)a', '*'] })).content).toBe('Nothing differs.')
    const { display } = await commit('A link')
    expect(display).toMatchObject({ files: [{ path: 'link', patch: expect.stringContaining('+/etc') }] })
    await expect(commit('Behind it', ['link/passwd'])).rejects.toMatchObject({ code: 'failed' })
  })

  test('112 a message with terminal sequences is cleaned, one of 10 MB never gets to git', async () => {
    await write('a', '1')
    expect(gitCommit.input.safeParse({ message: 'x'.repeat(10 << 20) }).success).toBe(false)
    await commit('\u001b]0;evil\u0007Title\u001b[2J\u0000')
    expect((await kit.call(gitLog, {})).content).not.toMatch(/[^\P{Cc}\n]/u)
  })
})
