import { join } from 'node:path'
import { SandboxError } from '../sandbox-error.ts'
import { type FetchPackOptions, fetchPack, listRemoteRefs } from './fetch-pack.ts'
import { type GitRunner, runGit } from './git-runner.ts'
import { type ImportedRefs, importThroughQuarantine } from './quarantine.ts'

/**
 * Brings a repository of the public internet: the server fetches one pack by its safe connector, git looks at its objects behind the
 * walls, where there is no network. Throws as `safeRequest`, `too-large`, `too-many`, `failed`.
 */
export async function cloneRepository(git: GitRunner, url: URL, options: FetchPackOptions): Promise<ImportedRefs> {
  const remote = await listRemoteRefs(url, options)
  return importThroughQuarantine(
    git,
    async ({ folder, inside, adopt }) => {
      const pack = `objects/pack/pack-${crypto.randomUUID().replaceAll('-', '').padEnd(40, '0')}.pack`
      if (remote.refs.size > 0) {
        await fetchPack(remote, join(folder, pack), options)
        adopt(join(folder, pack))
        const env = { GIT_DIR: inside }
        await runGit(git, ['index-pack', `${inside}/${pack}`], { env, timeoutMs: 120_000, signal: options.signal })
      }
      return { ...remote, shallow: [] }
    },
    options.signal,
  )
}

/** Writes what HEAD has into an empty work tree. Throws `quota` where it would not fit, `denied` where something is there already. */
export async function checkOut(git: GitRunner, signal?: AbortSignal): Promise<void> {
  const { workspace } = git
  const { entries } = await workspace.list('.', { maxEntries: 1 })
  if (entries.length > 0) throw new SandboxError('denied', 'There are files in the workspace already.')
  const { stdout, truncated } = await runGit(git, ['ls-tree', '-r', '-t', '-l', '-z', 'HEAD'], {
    outputBytes: 32 << 20,
    signal,
  })
  if (truncated) throw new SandboxError('too-many', 'The repository has too many files.')
  const files = stdout.toString('latin1').split('\0').filter(Boolean)
  const sizes = files.map((line) => Number(/^\d+ \w+ [0-9a-f]+ +(\d+)\t/.exec(line)?.[1] ?? 0))
  workspace.quota.check(
    sizes.reduce((sum, size) => sum + size, 0),
    files.length,
  )
  await runGit(git, ['read-tree', '--reset', '-u', 'HEAD'], { timeoutMs: 120_000, signal })
}
