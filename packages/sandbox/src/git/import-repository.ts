import { chownSync, createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { walkTree } from '../files/walk-tree.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import { type GitRunner, makeGitDir, runGit } from './git-runner.ts'
import { readRefs } from './read-refs.ts'

/** How many branches and tags came; `head`: the branch that was current there. */
export type ImportedRefs = { refs: number; head: string | undefined }

const object = /^objects\/(?:[0-9a-f]{2}\/[0-9a-f]{38}|pack\/pack-[0-9a-f]{40}\.(?:pack|idx))$/
const maxImportBytes = 1 << 30
const maxObjects = 200_000
const refspecs = ['heads', 'tags', 'remotes'].map((kind) => `+refs/${kind}/*:refs/${kind}/*`)

/**
 * Imports an untrusted repository: its objects are copied file by file into a repository that we made, and fetched from there, so that
 * git checks each of them and that they hang together. Nothing else of it is read: no configuration, hook, index or attribute.
 */
export async function importRepository(
  git: GitRunner,
  source: Workspace,
  path: string,
  signal?: AbortSignal,
): Promise<ImportedRefs> {
  const { home, place } = git.workspace
  if (source.stat(path).type !== 'folder') {
    throw new SandboxError('denied', 'This repository is only a pointer to another one, which is not followed.')
  }
  if (source.find(`${path}/objects/info/alternates`) || source.find(`${path}/commondir`)) {
    throw new SandboxError('denied', 'This repository borrows its objects from another one, so it is not imported.')
  }
  const name = `import-${crypto.randomUUID()}`
  const quarantine = join(home, name)
  try {
    makeGitDir(quarantine, place.owner)
    await copyObjects(source, path, quarantine, place.owner, signal)
    const { packed, head, count, shallow } = await readRefs(source, path)
    const write = (file: string, text: string) => {
      writeFileSync(join(quarantine, file), text, { mode: 0o600 })
      if (place.owner) chownSync(join(quarantine, file), place.owner.uid, place.owner.gid)
    }
    write('packed-refs', packed)
    if (shallow) write('shallow', shallow)
    const from = `/workspace/${name}`
    const flags = [
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--update-head-ok',
      '--update-shallow',
    ]
    if (count > 0) {
      const args = ['fetch', ...flags, from, ...refspecs, '^refs/heads/reynard/*']
      await runGit(git, args, { env: { GIT_ALLOW_PROTOCOL: 'file' }, timeoutMs: 120_000, signal })
    }
    await follow(git, head)
    return { refs: count, head }
  } finally {
    rmSync(quarantine, { recursive: true, force: true })
  }
}

/** The branch that is current in the other repository is so in ours, unless we work on one of our own; the index follows. */
async function follow(git: GitRunner, head: string | undefined): Promise<void> {
  const current = (await git.run(['symbolic-ref', '--short', 'HEAD'])).stdout.toString().trim()
  if (head && !current.startsWith('reynard/')) await runGit(git, ['symbolic-ref', 'HEAD', `refs/heads/${head}`])
  const born = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if (born.exitCode === 0) await runGit(git, ['read-tree', 'HEAD'])
}

async function copyObjects(
  source: Workspace,
  path: string,
  target: string,
  owner: { uid: number; gid: number } | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  let left = maxImportBytes
  let count = 0
  for await (const entry of walkTree(source.root, [...path.split('/'), 'objects'], { depth: 2, signal })) {
    const name = `objects/${entry.path.map(String).join('/')}`
    if (!object.test(name)) continue
    const { stream, bytes } = source.stream(`${path}/${name}`)
    left -= bytes
    if (left < 0 || count++ >= maxObjects) {
      stream.destroy()
      throw new SandboxError(
        'too-large',
        `This repository is too large to be imported: ${maxImportBytes} bytes at most.`,
      )
    }
    const to = join(target, name)
    mkdirSync(join(to, '..'), { recursive: true, mode: 0o700 })
    await pipeline(stream, createWriteStream(to, { mode: 0o600, flags: 'wx' }))
    if (owner) {
      chownSync(join(to, '..'), owner.uid, owner.gid)
      chownSync(to, owner.uid, owner.gid)
    }
  }
}
