import { isKeptOutput } from '../files/kept-output.ts'
import { parsePath } from '../files/path-rules.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import { checkOut, cloneRepository } from './clone-repository.ts'
import { type CommitOptions, commitChanges, pendingChanges } from './commit-changes.ts'
import type { FetchPackOptions } from './fetch-pack.ts'
import { type BlameLine, parseBlame } from './git-blame.ts'
import { type ChangedFile, parseChanges } from './git-changes.ts'
import { branchName, cloneUrl, plainText, revisionName } from './git-names.ts'
import { type GitRunner, type GitSession, openGit, runGit } from './git-runner.ts'
import { type GitStatus, parseStatus, type StatusEntry } from './git-status.ts'
import { importRepository } from './import-repository.ts'
import { publishBranch } from './publish-branch.ts'
import type { ImportedRefs } from './quarantine.ts'

/** `atMs`: when the author made it, UTC. */
export type Commit = {
  id: string
  parents: string[]
  author: string
  email: string
  atMs: number
  subject: string
  body: string
}
export type Branch = { name: string; commit: string; current: boolean }
/** `staged` compares the last commit instead of the work tree's index; `from` and `to` are commits. `maxBytes`: 256 KiB unless told. */
export type DiffOptions = { from?: string; to?: string; paths?: readonly string[]; context?: number; maxBytes?: number }
export type GitText = { text: string; truncated: boolean }

const plainDiff = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=all', '-M']
const unborn = /does not have any commits yet|unknown revision|bad revision|ambiguous argument 'HEAD'/

/**
 * Version control of a workspace, in a GIT_DIR of the server's: what the work tree brings as `.git` is never read, no hook, filter or
 * helper runs. Commits, branches and paths are checked before git sees them. Methods throw `bad-path`, `not-found`, `failed`, `timeout`,
 * `aborted`, `unavailable` (no L3 on this host).
 */
export class GitRepository {
  readonly #git: GitRunner

  constructor(workspace: Workspace, session: GitSession) {
    this.#git = openGit(workspace, session, 'git')
  }

  async status(signal?: AbortSignal): Promise<GitStatus> {
    const options = ['--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--ignore-submodules=all']
    const { stdout, truncated } = await runGit(this.#git, ['status', ...options], { outputBytes: 4 << 20, signal })
    const { entries, ...head } = parseStatus(stdout)
    // In a folder of this machine one of this name is its owner's.
    const isLeftOut = ({ path, index }: StatusEntry) => this.#git.writable && index === '?' && isKeptOutput(path)
    return { ...head, entries: entries.filter((entry) => !isLeftOut(entry)), truncated }
  }

  /** What the work tree changes on the last commit; with `from` on that one; with `to` from one commit to another. Untracked files are left out. */
  async diff(options: DiffOptions = {}, signal?: AbortSignal): Promise<GitText> {
    const { context = 3, maxBytes = 256 << 10 } = options
    const args = [
      'diff',
      ...plainDiff,
      `--unified=${Math.trunc(Math.max(0, Math.min(context, 1000)))}`,
      ...this.#range(options),
    ]
    const { stdout, truncated } = await runGit(this.#git, [...args, '--', ...literal(options.paths)], {
      outputBytes: maxBytes,
      signal,
    })
    return { text: plainText(stdout.toString()), truncated }
  }

  /** The files that `diff` is about. */
  async changes(
    options: Pick<DiffOptions, 'from' | 'to' | 'paths'> = {},
    signal?: AbortSignal,
  ): Promise<ChangedFile[]> {
    const args = [
      'diff',
      ...plainDiff,
      '-z',
      '--raw',
      '--numstat',
      ...this.#range(options),
      '--',
      ...literal(options.paths),
    ]
    return parseChanges((await runGit(this.#git, args, { outputBytes: 4 << 20, signal })).stdout)
  }

  /** What a commit would hold, all of it or under `paths`: as a unified diff, new files included. */
  async pending(paths: readonly string[] = [], maxBytes = 256 << 10, signal?: AbortSignal): Promise<GitText> {
    const options = ['-p', ...plainDiff]
    const { stdout, truncated } = await pendingChanges(this.#git, paths, { options, maxBytes }, signal)
    return { text: plainText(stdout.toString()), truncated }
  }

  /** The files that `pending` is about. */
  async pendingFiles(paths: readonly string[] = [], signal?: AbortSignal): Promise<ChangedFile[]> {
    const how = { options: [...plainDiff, '-z', '--raw', '--numstat', '--abbrev=40'], maxBytes: 4 << 20 }
    return parseChanges((await pendingChanges(this.#git, paths, how, signal)).stdout)
  }

  /** Commits that lead to `from` (HEAD), the latest first, at most 1,000 (50 unless told); none where nothing is committed yet. */
  async log(options: { from?: string; limit?: number; path?: string } = {}, signal?: AbortSignal): Promise<Commit[]> {
    const { from = 'HEAD', limit = 50, path } = options
    const count = Math.trunc(Math.max(1, Math.min(limit, 1000)))
    const format = '--format=%H%x00%P%x00%an%x00%ae%x00%at%x00%s%x00%b'
    const args = [
      'log',
      '-z',
      '--no-show-signature',
      `--max-count=${count}`,
      format,
      '--end-of-options',
      revisionName(from),
    ]
    const answer = await this.#git.run([...args, '--', ...literal(path ? [path] : [])], {
      outputBytes: 4 << 20,
      signal,
    })
    if (answer.exitCode !== 0 && from === 'HEAD' && unborn.test(answer.stderr)) return []
    if (answer.exitCode !== 0) throw new SandboxError('not-found', 'There is no such commit, branch or tag.')
    return parseLog(answer.stdout)
  }

  /** A commit with its diff, or a file as it was in it. */
  async show(
    commit: string,
    options: { path?: string; maxBytes?: number } = {},
    signal?: AbortSignal,
  ): Promise<GitText> {
    const { path, maxBytes = 256 << 10 } = options
    const name = revisionName(commit)
    const args =
      path === undefined
        ? ['show', ...plainDiff, '--no-show-signature', '--end-of-options', name, '--']
        : ['cat-file', 'blob', `${name}:${literal([path])[0]}`]
    const { stdout, truncated } = await runGit(this.#git, args, { outputBytes: maxBytes, signal })
    return { text: plainText(stdout.toString()), truncated }
  }

  /** Who wrote each line of a file, of the work tree or of a commit. `lines` is from–to, counted from 1; null: the last one. */
  async blame(
    path: string,
    options: { commit?: string; lines?: [number, number | null] } = {},
    signal?: AbortSignal,
  ): Promise<{ lines: BlameLine[]; truncated: boolean }> {
    const { commit, lines } = options
    const to = lines?.[1] ?? null
    const range = lines ? [`-L${Math.trunc(lines[0])},${to === null ? '' : Math.trunc(to)}`] : []
    const revision = commit === undefined ? [] : [revisionName(commit)]
    const args = ['blame', '--porcelain', ...range, ...revision, '--', ...literal([path])]
    const { stdout, truncated } = await runGit(this.#git, args, { outputBytes: 16 << 20, signal })
    return { lines: parseBlame(stdout), truncated }
  }

  async branches(): Promise<Branch[]> {
    const format = '--format=%(refname:lstrip=2)%00%(objectname)%00%(HEAD)'
    const { stdout } = await runGit(this.#git, ['for-each-ref', '--count=1000', format, 'refs/heads'])
    return stdout
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [name = '', commit = '', head] = line.split('\0')
        return { name: plainText(name), commit, current: head === '*' }
      })
  }

  /** Makes a branch at a commit (HEAD unless told) without changing to it. `denied` where it exists. */
  async createBranch(name: string, from = 'HEAD'): Promise<Branch> {
    const branch = branchName(name)
    const commit = await this.#commitOf(revisionName(from))
    if (commit === undefined) throw new SandboxError('not-found', 'There is no such commit, branch or tag.')
    const answer = await this.#git.run(['update-ref', `refs/heads/${branch}`, commit, '0'.repeat(40)])
    if (answer.exitCode !== 0) throw new SandboxError('denied', 'There is a branch of this name already.')
    return { name: branch, commit, current: false }
  }

  /** Makes a branch of this name the current one where it is not there yet, at the current commit, so that nothing else changes. */
  beginBranch(name: string): Promise<void> {
    const branch = branchName(name)
    return this.#git.workspace.change(async () => {
      const here = await this.#commitOf('HEAD')
      if (here !== undefined) await runGit(this.#git, ['update-ref', `refs/heads/${branch}`, here, '0'.repeat(40)])
      await runGit(this.#git, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
    })
  }

  /** The current branch's name, also where nothing is committed on it yet; undefined where a commit is looked at by itself. */
  async currentBranch(): Promise<string | undefined> {
    const { exitCode, stdout } = await this.#git.run(['symbolic-ref', '--quiet', '--short', 'HEAD'])
    return exitCode === 0 ? plainText(stdout.toString()).trim() : undefined
  }

  /** The id of a commit, branch or tag; undefined where there is none of this name. */
  commitId(revision: string): Promise<string | undefined> {
    return this.#commitOf(revisionName(revision))
  }

  /**
   * Makes a branch the current one and the work tree what it says. `failed` where that would overwrite changes, `denied` in a folder of
   * this machine unless the branch is where we are.
   */
  async switchBranch(name: string, signal?: AbortSignal): Promise<void> {
    const branch = branchName(name)
    const { workspace, writable } = this.#git
    await workspace.change(async () => {
      const [here, there] = [await this.#commitOf('HEAD'), await this.#commitOf(`refs/heads/${branch}`)]
      if (there === undefined) throw new SandboxError('not-found', 'There is no such branch.')
      if (here === there) return runGit(this.#git, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
      if (!writable) throw new SandboxError('denied', 'The files of this folder are not changed by switching branches.')
      return runGit(this.#git, ['switch', '--quiet', '--no-guess', '--no-recurse-submodules', branch], { signal })
    })
    await workspace.recount(signal)
  }

  /** Commits what has changed, all of it or under `paths`. `failed` where nothing has. */
  commit(options: CommitOptions, signal?: AbortSignal): Promise<Commit> {
    return this.#git.workspace.change(async () => {
      const id = await commitChanges(this.#git, options, signal)
      const [commit] = await this.log({ from: id, limit: 1 }, signal)
      if (!commit) throw new SandboxError('failed', 'The commit could not be read back.')
      return commit
    })
  }

  /**
   * Takes the history from the `.git` folder at `path` of a workspace, as data: objects and names, never its configuration or hooks.
   * Branches of ours under `reynard/` are kept. Throws `denied` for what borrows from other repositories, `failed` for broken objects.
   */
  importFrom(source: Workspace, path = '.git', signal?: AbortSignal): Promise<ImportedRefs> {
    return this.#git.workspace.change(() => importRepository(this.#git, source, path, signal))
  }

  /**
   * Fetches a repository of the public internet, https alone, and writes its files into the workspace, which must be empty. With a policy
   * of a test's the scheme is not looked at. Throws `bad-path`, `denied`, `not-found`, `quota`, `too-large`, `failed`, `timeout`, `aborted`.
   */
  async cloneFrom(address: string, options: FetchPackOptions = {}): Promise<ImportedRefs> {
    const url = options.policy ? new URL(address) : cloneUrl(address)
    const { workspace, writable } = this.#git
    if (!writable) throw new SandboxError('denied', 'Nothing is cloned into a folder of this machine.')
    const cloned = await workspace.change(async () => {
      const imported = await cloneRepository(this.#git, url, options)
      if ((await this.#commitOf('HEAD')) !== undefined) await checkOut(this.#git, options.signal)
      return imported
    })
    await workspace.recount(options.signal)
    return cloned
  }

  /** Puts a branch into the repository of a folder of this machine; see `publishBranch`. */
  publish(branch: string, from: string | undefined, signal?: AbortSignal): Promise<boolean> {
    const name = branchName(branch)
    return this.#git.workspace.change(async () => {
      const commit = await this.#commitOf(`refs/heads/${name}`)
      if (commit === undefined) throw new SandboxError('not-found', 'There is no such branch.')
      return publishBranch(this.#git, name, commit, from, signal)
    })
  }

  /** Commits as a patch that `git am` takes, and as a bundle that `git fetch` takes: what `to` has and `from` has not. */
  async patch(from?: string, to = 'HEAD', maxBytes = 8 << 20): Promise<Buffer> {
    const range = from === undefined ? revisionName(to) : `${revisionName(from)}..${revisionName(to)}`
    const args = [
      'format-patch',
      '--stdout',
      ...(from === undefined ? ['--root'] : []),
      '--no-signature',
      '--no-ext-diff',
      '--no-textconv',
      '--end-of-options',
      range,
      '--',
    ]
    return this.#whole(args, maxBytes)
  }

  async bundle(branch: string, from?: string, maxBytes = 64 << 20): Promise<Buffer> {
    const excluded = from === undefined ? [] : [`^${revisionName(from)}`]
    return this.#whole(['bundle', 'create', '--quiet', '-', `refs/heads/${branchName(branch)}`, ...excluded], maxBytes)
  }

  async #commitOf(revision: string): Promise<string | undefined> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]
    const { stdout } = await this.#git.run(args)
    return /^[0-9a-f]{40}$/m.exec(stdout.toString())?.[0]
  }

  async #whole(args: string[], maxBytes: number): Promise<Buffer> {
    const { stdout, truncated } = await runGit(this.#git, args, { outputBytes: maxBytes })
    if (truncated) throw new SandboxError('too-large', `This is more than ${maxBytes} bytes.`)
    return stdout
  }

  #range({ from, to }: DiffOptions): string[] {
    const names = [from ?? 'HEAD', ...(to === undefined ? [] : [to])]
    return ['--end-of-options', ...names.map(revisionName)]
  }
}

/** Paths as git takes them behind `--`: of the work tree, with no wildcard read into them. */
function literal(paths: readonly string[] = []): string[] {
  return paths.map((path) => parsePath(path).join('/') || '.')
}

function parseLog(output: Buffer): Commit[] {
  const fields = output.toString().split('\0')
  const commits: Commit[] = []
  for (let at = 0; at + 6 < fields.length; at += 7) {
    const [id = '', parents = '', author = '', email = '', at1 = '', subject = '', body = ''] = fields.slice(at, at + 7)
    const line = (text: string) => plainText(text).replaceAll('\n', ' ').slice(0, 500)
    commits.push({
      id,
      parents: parents.split(' ').filter(Boolean),
      author: line(author),
      email: line(email),
      atMs: Number(at1) * 1000,
      subject: line(subject),
      body: plainText(body).trim().slice(0, 20_000),
    })
  }
  return commits
}
