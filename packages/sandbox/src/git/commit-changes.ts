import { isKeptOutput, keptOutput } from '../files/kept-output.ts'
import { parsePath } from '../files/path-rules.ts'
import { SandboxError } from '../sandbox-error.ts'
import { plainText } from './git-names.ts'
import { type GitRunner, runGit, succeeded } from './git-runner.ts'

export type CommitOptions = { message: string; paths?: readonly string[]; author?: { name: string; email: string } }

const maxMessageBytes = 64 << 10
/** Whose a commit is where nobody is named. */
export const defaultAuthor = { name: 'Reynard', email: 'reynard@localhost' }

/**
 * Commits the work tree's changes by git's plumbing and returns the new commit's id. `git add` and `git commit` would ask repositories
 * that lie in the work tree for their status, and so run what their configurations name; their files are left out here instead.
 * Throws `failed` where nothing has changed or the message is empty, `too-large` for a message over 64 KiB.
 */
export async function commitChanges(git: GitRunner, options: CommitOptions, signal?: AbortSignal): Promise<string> {
  if (Buffer.byteLength(options.message) > maxMessageBytes) {
    throw new SandboxError('too-large', `The message is longer than ${maxMessageBytes} bytes.`)
  }
  const message = commitMessage(options.message)
  if (message === '') throw new SandboxError('failed', 'A commit needs a message.')
  const env = identity(options.author ?? defaultAuthor)
  const { present, gone } = await changedPaths(git, options.paths ?? [], signal)
  const update = async (how: string[], paths: Buffer[]) => {
    if (paths.length > 0)
      await runGit(git, ['update-index', '-z', ...how, '--stdin'], { stdin: Buffer.concat(paths), signal })
  }
  await update(['--force-remove'], gone)
  await update(['--add', '--remove', '--replace'], present)
  const tree = await line(git, ['write-tree'])
  const head = await git.run(['log', '-1', '--no-show-signature', '--format=%H %T', 'HEAD', '--'])
  const [parent, before] = head.exitCode === 0 ? head.stdout.toString().trim().split(' ') : []
  if (tree === before) throw new SandboxError('failed', 'Nothing has changed since the last commit.')
  const args = ['commit-tree', tree, ...(parent ? ['-p', parent] : []), '-F', '-']
  const commit = (await runGit(git, args, { env, stdin: `${message}\n` })).stdout.toString().trim()
  await runGit(git, ['update-ref', 'HEAD', commit, parent ?? '0'.repeat(40)], { env })
  return commit
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is looked for.
const terminalSequences = /\u001b\[[0-?]*[ -/]*[@-~]/g

/** A message as it will stand in the commit: without terminal sequences, control characters and trailing blanks. */
export function commitMessage(text: string): string {
  return plainText(text.replaceAll(terminalSequences, ''))
    .replaceAll(/[ \t]+$/gm, '')
    .trim()
}

/** Nothing committed yet compares with this one, which every repository has. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
/** $1: the index of its own, $2: what to compare with; the rest are options of diff-index. Paths to look at come by standard input. */
const pendingScript = `set -e
index=$1 tree=$2; shift 2
trap 'rm -f "$index" "$index.lock"' EXIT
if [ -f "$GIT_DIR/index" ]; then cp "$GIT_DIR/index" "$index"; fi
export GIT_INDEX_FILE="$index"
git update-index -z --add --remove --replace --stdin
git --no-pager diff-index --cached "$@" "$tree" --
`

/**
 * What a commit would hold: the work tree's changes with its new files, as git shows them with these options of `diff-index`. The
 * repository's own index stays as it is. Throws as `commitChanges`.
 */
export async function pendingChanges(
  git: GitRunner,
  paths: readonly string[],
  how: { options: readonly string[]; maxBytes: number },
  signal?: AbortSignal,
): Promise<{ stdout: Buffer; truncated: boolean }> {
  const [{ present, gone }, head] = await Promise.all([
    changedPaths(git, paths, signal),
    git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
  ])
  const tree = head.exitCode === 0 ? head.stdout.toString().trim() : emptyTree
  const index = `/workspace/git/pending-${crypto.randomUUID()}`
  const stdin = Buffer.concat([...gone, ...present])
  const call = { stdin, outputBytes: how.maxBytes, signal }
  return succeeded(await git.script(pendingScript, [index, tree, ...how.options], call))
}

/** Paths by git's own look at the work tree, NUL behind each. A repository inside it shows as a folder and is passed over. */
async function changedPaths(git: GitRunner, paths: readonly string[], signal?: AbortSignal) {
  const only = paths.map((path) => parsePath(path).join('/') || '.')
  // What tools kept is committed only by its name. A pattern given here is above every .gitignore's.
  const leavesOut = git.writable && !only.some(isKeptOutput)
  const options = [
    ...['-z', '-t', '--others', '--modified', '--deleted', '--exclude-per-directory=.gitignore'],
    ...(leavesOut ? [`--exclude=/${keptOutput}/`] : []),
  ]
  const { stdout, truncated } = await runGit(git, ['ls-files', ...options, '--', ...only], {
    outputBytes: 16 << 20,
    signal,
  })
  if (truncated)
    throw new SandboxError(
      'too-many',
      'Too much has changed for one commit; give paths, or ignore what can be made again.',
    )
  const present: Buffer[] = []
  const gone = new Map<string, Buffer>()
  for (const token of stdout.toString('latin1').split('\0')) {
    if (token === '' || token.endsWith('/')) continue
    const path = Buffer.from(`${token.slice(2)}\0`, 'latin1')
    if (token.startsWith('R ')) gone.set(token.slice(2), path)
    else present.push(path)
  }
  return {
    present: present.filter((path) => !gone.has(path.toString('latin1', 0, path.length - 1))),
    gone: [...gone.values()],
  }
}

function identity({ name, email }: { name: string; email: string }): Record<string, string> {
  const clean = (text: string) =>
    plainText(text)
      .replaceAll(/[<>\n\t]/g, '')
      .trim()
      .slice(0, 200)
  const [who, where] = [clean(name) || defaultAuthor.name, clean(email) || defaultAuthor.email]
  return { GIT_AUTHOR_NAME: who, GIT_AUTHOR_EMAIL: where, GIT_COMMITTER_NAME: who, GIT_COMMITTER_EMAIL: where }
}

async function line(git: GitRunner, args: string[]): Promise<string> {
  return (await runGit(git, args)).stdout.toString().trim()
}
