import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWorkspace, type Workspace, type WorkspaceOptions, workspaceHome } from '../../files/workspace.ts'
import { createSandbox, type Sandbox } from '../../session/create-sandbox.ts'
import type { SandboxSession } from '../../session/sandbox-session.ts'
import { openGitSession } from '../open-git-session.ts'

/** Workspaces with a session that git can run in; `close` removes them. `skip` where this host has no L3 and need not have it. */
export type GitTestPlace = {
  skip: boolean
  sandbox: Sandbox
  open(options?: WorkspaceOptions & { bytes?: number }): Promise<{ workspace: Workspace; session: SandboxSession }>
  close(): Promise<void>
}

export async function openGitTestPlace(): Promise<GitTestPlace> {
  const sandbox = await createSandbox()
  const base = mkdtempSync(join(tmpdir(), 'git-'))
  return {
    sandbox,
    skip: !sandbox.report.levels.L3.available && process.env.SANDBOX_REQUIRED !== '1',
    async open({ bytes = 100 << 20, ...options } = {}) {
      const home = workspaceHome(base, crypto.randomUUID())
      const owner = sandbox.report.user ?? undefined
      const workspace = await openWorkspace(home, { bytes, entries: 5000 }, { owner, ...options })
      return { workspace, session: openGitSession(sandbox, workspace, 'test') }
    },
    async close() {
      await sandbox.close()
      rmSync(base, { recursive: true, force: true })
    },
  }
}

/** Any repository is the author's own, whoever owns its files by now. */
function authorsConfig(): string {
  const path = join(tmpdir(), 'authors-gitconfig')
  writeFileSync(path, '[safe]\n\tdirectory = *\n[protocol "file"]\n\tallow = always\n')
  return path
}

/** The machine's own git on a repository that the test makes, as its author would use it: this one does run what is configured. */
export function authorsGit(folder: string, args: string[], input: string | Uint8Array = ''): string {
  const who = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  }
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: authorsConfig(),
    ...who,
  }
  return execFileSync('git', [...args], {
    cwd: folder,
    env,
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  })
}

/** Two commits on `main`, a tag and a branch. */
export function makeRepository(folder: string): void {
  mkdirSync(folder, { recursive: true })
  authorsGit(folder, ['init', '-q', '-b', 'main'])
  writeFileSync(join(folder, 'README.md'), 'one\n')
  authorsGit(folder, ['add', '-A'])
  authorsGit(folder, ['commit', '-q', '-m', 'First'])
  writeFileSync(join(folder, 'README.md'), 'one\ntwo\n')
  authorsGit(folder, ['commit', '-q', '-a', '-m', 'Second\n\nWith a body.'])
  authorsGit(folder, ['tag', 'v1'])
  authorsGit(folder, ['branch', 'feature', 'HEAD~1'])
}

/**
 * Turns a repository hostile: whatever its configuration, hooks and attributes can name is a program that writes down that it ran.
 * `inside` is where the folder lies for git, `log` the file that is written.
 */
export function armRepository(folder: string, inside: string, log: string): void {
  const evil = `${inside}/evil.sh`
  writeFileSync(join(folder, 'evil.sh'), `#!/bin/sh\necho "$0 $*" >> ${log}\ncat 2>/dev/null\n`)
  chmodSync(join(folder, 'evil.sh'), 0o755)
  writeFileSync(join(folder, '.gitattributes'), '* filter=evil diff=evil merge=evil\n')
  writeFileSync(join(folder, 'evil-include'), `[core]\n\tpager = ${evil}\n`)
  const settings = {
    'core.fsmonitor': evil,
    'core.hooksPath': `${inside}/.git/hooks`,
    'core.editor': evil,
    'core.pager': evil,
    'core.sshCommand': evil,
    'credential.helper': evil,
    'diff.external': evil,
    'diff.evil.textconv': evil,
    'diff.evil.command': evil,
    'filter.evil.clean': evil,
    'filter.evil.smudge': evil,
    'filter.evil.required': 'true',
    'merge.evil.driver': evil,
    'gpg.program': evil,
    'commit.gpgSign': 'true',
    'tag.gpgSign': 'true',
    'alias.status': `!${evil}`,
    'include.path': `${inside}/evil-include`,
    'uploadpack.packObjectsHook': evil,
    'core.gitProxy': evil,
  }
  const config = Object.entries(settings).map(([name, value]) => {
    const [section, ...rest] = name.split('.')
    const key = rest.pop()
    return `[${section}${rest.length > 0 ? ` "${rest.join('.')}"` : ''}]\n\t${key} = ${value}\n`
  })
  writeFileSync(join(folder, '.git/config'), `[core]\n\tbare = false\n${config.join('')}`)
  const hooks =
    'pre-commit commit-msg prepare-commit-msg post-commit post-checkout post-merge post-index-change reference-transaction pre-receive update post-update fsmonitor-watchman post-rewrite pre-auto-gc'
  mkdirSync(join(folder, '.git/hooks'), { recursive: true })
  for (const hook of hooks.split(' '))
    writeFileSync(join(folder, '.git/hooks', hook), `#!/bin/sh\necho ${hook} >> ${log}\n`, { mode: 0o755 })
}
