import { countTree } from '../files/count-tree.ts'
import { isGitFolder } from '../files/path-rules.ts'
import type { WorkspaceUsage } from '../files/quota.ts'
import { walkTree } from '../files/walk-tree.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import { type ChangedFile, parseChanges } from './git-changes.ts'
import { plainText } from './git-names.ts'
import { type GitRunner, type GitSession, openGit, runGit, succeeded } from './git-runner.ts'

/** A state of the work tree. `skipped` names files that are not in it because they are too large or can't be read. */
export type Checkpoint = { id: string; unchanged: boolean; skipped: string[] }

/** What can be made again, and is too much to be kept with each step. */
const notKept: ReadonlySet<string> = new Set(['.git', 'node_modules', '.venv', '__pycache__', '.pytest_cache'])
const maxFileBytes = 64 << 20
/** Each state has a name of its own and no parent, so that any of them can be forgotten; `latest` is what the work tree was last. */
const names = 'refs/checkpoints/'
const latest = 'refs/latest'
const identity = {
  GIT_AUTHOR_NAME: 'Reynard',
  GIT_AUTHOR_EMAIL: 'reynard@localhost',
  GIT_COMMITTER_NAME: 'Reynard',
  GIT_COMMITTER_EMAIL: 'reynard@localhost',
}
/** $1: the last state's tree, $2: a label. Prints the tree, and the commit where it is a new one. One start of the walls instead of five. */
const saveScript = `set -e
git update-index -z --add --remove --replace --stdin
tree=$(git write-tree)
if [ "$tree" = "$1" ]; then echo "$tree"; exit; fi
commit=$(git commit-tree "$tree" -m "$2")
git update-ref "${names}$commit" "$commit"
git update-ref ${latest} "$commit"
echo "$tree $commit"
`
const oid = /^[0-9a-f]{40}$/

/** The states of one workspace, in a GIT_DIR of their own that neither the project nor its tools see. One call after the other. */
export class Checkpoints {
  readonly #git: GitRunner
  readonly #workspace: Workspace
  #tip: { commit: string; tree: string } | undefined
  #tracked: Set<string> | undefined

  constructor(workspace: Workspace, session: GitSession) {
    this.#workspace = workspace
    this.#git = openGit(workspace, session, 'checkpoints')
  }

  /**
   * Keeps the work tree as it is: every file but what can be made again, also what a .gitignore names, byte for byte. A state that
   * equals the last one is that one. Throws `failed`, `timeout`, `aborted`, `unavailable`.
   */
  save(label: string, signal?: AbortSignal): Promise<Checkpoint> {
    return this.#workspace.change(() => this.#save(label, signal))
  }

  /**
   * Brings the work tree back to a state, after keeping what it is now: the answer is that one, so that this can be undone too. Folders
   * that are never kept stay. The workspace is counted anew. `denied` for a folder elsewhere, which only approved edits change.
   */
  async restore(id: string, signal?: AbortSignal): Promise<Checkpoint> {
    const { root, home } = this.#workspace
    if (root !== `${home}/files`)
      throw new SandboxError('denied', 'A folder of this machine is not restored in one go.')
    const before = await this.#workspace.change(async () => {
      await this.#check(id)
      const saved = await this.#save('before a restore', signal)
      await runGit(this.#git, ['read-tree', '--reset', '-u', id], { signal })
      this.#tracked = undefined
      return saved
    })
    await this.#workspace.recount(signal)
    return before
  }

  /** What differs from one state to a later one, as a unified diff; cut at `maxBytes` (256 KiB). */
  async diff(from: string, to: string, maxBytes = 256 << 10): Promise<{ text: string; truncated: boolean }> {
    await this.#check(from, to)
    const options = ['-r', '-p', '-M', '--no-ext-diff', '--no-textconv', '--no-color']
    const { stdout, truncated } = await runGit(this.#git, ['diff-tree', ...options, from, to, '--'], {
      outputBytes: maxBytes,
    })
    return { text: plainText(stdout.toString()), truncated }
  }

  /** The files that differ from one state to a later one. */
  async changes(from: string, to: string): Promise<ChangedFile[]> {
    await this.#check(from, to)
    const options = ['-r', '-M', '-z', '--raw', '--numstat', '--no-ext-diff', '--no-textconv', '--abbrev=40']
    const { stdout } = await runGit(this.#git, ['diff-tree', ...options, from, to, '--'], { outputBytes: 4 << 20 })
    return parseChanges(stdout)
  }

  /** A file as it was in a state; at most `maxBytes` (1 MiB). Throws `not-found`. */
  async file(id: string, path: string, maxBytes = 1 << 20): Promise<{ bytes: Buffer; truncated: boolean }> {
    await this.#check(id)
    const { stdout, truncated } = await runGit(this.#git, ['cat-file', 'blob', `${id}:${path}`], {
      outputBytes: maxBytes,
    })
    return { bytes: stdout, truncated }
  }

  /** What the states take on disk. */
  size(): Promise<WorkspaceUsage> {
    return countTree(`${this.#workspace.home}/checkpoints`)
  }

  /** Forgets every state but these and the latest, and packs what is left; takes seconds, for quiet moments. */
  async keepOnly(ids: readonly string[], signal?: AbortSignal): Promise<void> {
    const kept = new Set(ids)
    await this.#workspace.change(async () => {
      const { stdout } = await runGit(this.#git, ['for-each-ref', '--format=%(refname)', names], {
        outputBytes: 16 << 20,
      })
      const all = stdout.toString().split('\n').filter(Boolean)
      const gone = all.filter((name) => !kept.has(name.slice(names.length)))
      await runGit(this.#git, ['update-ref', '--stdin'], { stdin: gone.map((name) => `delete ${name}\n`).join('') })
      await runGit(this.#git, ['gc', '--quiet', '--prune=now'], { timeoutMs: 120_000, signal })
    })
  }

  async #save(label: string, signal?: AbortSignal): Promise<Checkpoint> {
    const { paths, skipped } = await this.#files(signal)
    this.#tracked ??= await this.#indexed()
    // First what is gone: where a folder became a link, git would refuse to look for the files that were in it.
    const gone = [...this.#tracked.difference(paths)]
    if (gone.length > 0) {
      await runGit(this.#git, ['update-index', '-z', '--force-remove', '--stdin'], { stdin: pathList(gone), signal })
    }
    const last = await this.#last()
    const message = plainText(label).slice(0, 500)
    const call = { env: identity, stdin: pathList(paths), signal }
    const { stdout } = succeeded(await this.#git.script(saveScript, [last?.tree ?? '', message], call))
    this.#tracked = paths
    const [tree = '', commit = last?.commit ?? ''] = stdout.toString().trim().split(' ')
    if (!oid.test(tree) || !oid.test(commit)) throw new SandboxError('failed', 'git gave no checkpoint.')
    this.#tip = { commit, tree }
    return { id: commit, unchanged: commit === last?.commit, skipped }
  }

  /** Every file and link to keep, its name as bytes in latin1. */
  async #files(signal?: AbortSignal) {
    const paths = new Set<string>()
    const skipped: string[] = []
    const { root } = this.#workspace
    for await (const { path, name, stats } of walkTree(root, [], { skip: notKept, signal })) {
      if (stats.isDirectory() || isGitFolder(name.toString())) continue
      if (!stats.isFile() && !stats.isSymbolicLink()) continue
      const bytes = Buffer.concat(path.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])))
      if (stats.isFile() && (stats.size > maxFileBytes || !(stats.mode & 0o400))) skipped.push(bytes.toString())
      else paths.add(bytes.toString('latin1'))
    }
    return { paths, skipped }
  }

  async #indexed(): Promise<Set<string>> {
    const { stdout } = await runGit(this.#git, ['ls-files', '-z'], { outputBytes: 64 << 20 })
    return new Set(stdout.toString('latin1').split('\0').filter(Boolean))
  }

  async #last() {
    if (this.#tip) return this.#tip
    const answer = await this.#git.run(['log', '-1', '--format=%H %T', latest, '--'])
    const [commit = '', tree = ''] = answer.stdout.toString().trim().split(' ')
    if (answer.exitCode === 0 && oid.test(commit)) this.#tip = { commit, tree }
    return this.#tip
  }

  /** A state is asked for by the whole id that `save` gave. */
  async #check(...ids: string[]): Promise<void> {
    for (const id of ids) if (!oid.test(id)) throw new SandboxError('not-found', 'There is no such checkpoint.')
    const { stdout } = await runGit(this.#git, ['cat-file', '--batch-check'], {
      stdin: ids.map((id) => `${id}\n`).join(''),
    })
    const commits = stdout.toString().match(/^[0-9a-f]{40} commit /gm)?.length ?? 0
    if (commits !== ids.length) throw new SandboxError('not-found', 'There is no such checkpoint.')
  }
}

/** Paths as bytes, NUL behind each. */
function pathList(paths: Iterable<string>): Buffer {
  return Buffer.from([...paths].map((path) => `${path}\0`).join(''), 'latin1')
}
