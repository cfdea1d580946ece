import { chownSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GitRunner, makeGitDir, runGit } from './git-runner.ts'
import { packedRefs } from './read-refs.ts'

/** How many branches and tags came; `head`: the branch that was current there. */
export type ImportedRefs = { refs: number; head: string | undefined }
/** Names of a foreign repository. `shallow` lists where its history was cut. */
export type ForeignRefs = { refs: ReadonlyMap<string, string>; head: string | undefined; shallow: readonly string[] }
/** A repository that we made, for objects that nobody has looked at yet: its folder on the host, and as git sees it. */
export type Quarantine = { folder: string; inside: string; adopt(path: string): void }

const refspecs = ['heads', 'tags', 'remotes'].map((kind) => `+refs/${kind}/*:refs/${kind}/*`)
const flags = [
  '--quiet',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
  '--update-head-ok',
  '--update-shallow',
]

/**
 * Takes over what `fill` brought into a repository of its own: git fetches from there, and so checks each object and that they hang
 * together. Branches of ours under `reynard/` are kept. Throws `failed` for broken or forbidden objects, and what `fill` throws.
 */
export async function importThroughQuarantine(
  git: GitRunner,
  fill: (quarantine: Quarantine) => Promise<ForeignRefs>,
  signal?: AbortSignal,
): Promise<ImportedRefs> {
  const { home, user } = git.workspace
  const name = `import-${crypto.randomUUID()}`
  const folder = join(home, name)
  const adopt = (path: string) => {
    if (user) chownSync(path, user.uid, user.gid)
  }
  const write = (file: string, text: string) => {
    writeFileSync(join(folder, file), text, { mode: 0o600 })
    adopt(join(folder, file))
  }
  try {
    makeGitDir(folder, user)
    const { refs, head, shallow } = await fill({ folder, inside: `/workspace/${name}`, adopt })
    write('packed-refs', packedRefs(refs))
    if (shallow.length > 0) write('shallow', shallow.map((id) => `${id}\n`).join(''))
    if (refs.size > 0) {
      const args = ['fetch', ...flags, `/workspace/${name}`, ...refspecs, '^refs/heads/reynard/*']
      await runGit(git, args, { env: { GIT_ALLOW_PROTOCOL: 'file' }, timeoutMs: 120_000, signal })
    }
    await follow(git, head)
    return { refs: refs.size, head }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The branch that is current in the other repository is so in ours, unless we work on one of our own; the index follows. */
async function follow(git: GitRunner, head: string | undefined): Promise<void> {
  const current = (await git.run(['symbolic-ref', '--short', 'HEAD'])).stdout.toString().trim()
  if (head && !current.startsWith('reynard/')) await runGit(git, ['symbolic-ref', 'HEAD', `refs/heads/${head}`])
  const born = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if (born.exitCode !== 0) return
  await runGit(git, ['read-tree', 'HEAD'])
  // What each file looks like on disk, so that no status has to read all of them. It fails where some differ, which is no failure.
  await git.run(['update-index', '-q', '--refresh'], { timeoutMs: 120_000 })
}
