import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Folder, withFolder } from '../files/folder.ts'
import { SandboxError } from '../sandbox-error.ts'
import { type GitRunner, succeeded } from './git-runner.ts'
import { readRefs } from './read-refs.ts'

const maxPackBytes = 1 << 30
/** $1: where the pack goes; what it holds comes by standard input. */
const packScript = `set -e
mkdir "$1"
git pack-objects --revs --quiet "$1/pack"
`
const packName = /^pack-[0-9a-f]{40}\.(?:pack|idx)$/

/**
 * Puts a commit of ours into the repository of the folder that is worked on, as a new branch: objects that it lacks as one pack, then one
 * file for the name, both as git itself would lay them down. No git runs there, so no hook and no configuration of the folder is looked
 * at; index, work tree and every other name stay. `from` is what the branch was when we last wrote it: then it goes on. Returns false
 * where there is no repository. Throws `denied` where the name is taken, the repository is kept in another form, or leads elsewhere.
 */
export async function publishBranch(
  git: GitRunner,
  branch: string,
  commit: string,
  from: string | undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  const { workspace } = git
  if (workspace.find('.git')?.type !== 'folder') return false
  if (workspace.find('.git/reftable') || workspace.find('.git/commondir') || (await isOtherFormat(git)))
    throw new SandboxError(
      'denied',
      'This repository is kept in a form that is not written to; download the commits instead.',
    )
  const { refs } = await readRefs(workspace, '.git')
  const now = refs.get(`refs/heads/${branch}`)
  const taken = [...refs.keys()].some(
    (name) => `refs/heads/${branch}`.startsWith(`${name}/`) || name.startsWith(`refs/heads/${branch}/`),
  )
  if (taken || (now !== undefined && now !== from))
    throw new SandboxError('denied', `The folder’s repository has a branch ${branch} of its own.`)
  if (now === commit) return true
  const theirs = [...refs].filter(([name]) => !name.startsWith('refs/heads/reynard/')).map(([, id]) => id)
  const outgoing = `outgoing-${crypto.randomUUID()}`
  const local = join(workspace.home, 'git', outgoing)
  try {
    const stdin = [commit, '--not', ...new Set(theirs), ''].join('\n')
    succeeded(await git.script(packScript, [`/workspace/git/${outgoing}`], { stdin, timeoutMs: 120_000, signal }))
    signal?.throwIfAborted()
    putPack(git, local)
  } finally {
    rmSync(local, { recursive: true, force: true })
  }
  putName(git, branch, commit)
  return true
}

/** On a line of its own or behind the name of its section. Nothing in it goes beyond the line: a file of empty lines takes no square of them. */
const otherFormat = /(?:^|\])[ \t]*(?:objectformat[ \t]*=[ \t]*(?!\s|sha1\b)|refstorage[ \t]*=[ \t]*(?!\s|files\b))/im

async function isOtherFormat({ workspace }: GitRunner): Promise<boolean> {
  if (workspace.find('.git/config')?.type !== 'file') return false
  const { bytes } = await workspace.read('.git/config', { length: 1 << 20 })
  return otherFormat.test(bytes.toString())
}

/** The pack first and its index last, as git does: without an index nobody looks at it. */
function putPack({ workspace }: GitRunner, local: string): void {
  const { root, place } = workspace
  const files = readdirSync(local).filter((name) => packName.test(name))
  const [index, pack] = files.sort()
  if (files.length !== 2 || index === undefined || pack === undefined)
    throw new SandboxError('failed', 'git made no pack of the commit.')
  withFolder(root, ['.git', 'objects'], (folder) => makeFolder(folder, 'pack', place.owner), place.mode)
  withFolder(
    root,
    ['.git', 'objects', 'pack'],
    (folder) => {
      for (const name of [pack, index]) {
        const from = join(local, name)
        const stats = lstatSync(from)
        if (!stats.isFile() || stats.size > maxPackBytes)
          throw new SandboxError('too-large', 'The commit is too large to be put into the folder.')
        if (existsSync(folder.child(name))) continue
        const part = folder.child(`tmp_${crypto.randomUUID()}`)
        try {
          copyFileSync(from, part, constants.COPYFILE_EXCL)
          settle(part, 0o444, place.owner)
          folder.verify()
          renameSync(part, folder.child(name))
        } finally {
          rmSync(part, { force: true })
        }
      }
    },
    place.mode,
  )
}

/** By git's own lock beside the name, so that it is never written twice at once, and whole or not at all. */
function putName({ workspace }: GitRunner, branch: string, commit: string): void {
  const { root, place } = workspace
  const parts = ['refs', 'heads', ...branch.split('/')]
  const name = parts.pop() ?? ''
  for (let depth = 1; depth <= parts.length; depth++) {
    const above = ['.git', ...parts.slice(0, depth - 1)]
    withFolder(root, above, (folder) => makeFolder(folder, parts[depth - 1] ?? '', place.owner), place.mode)
  }
  withFolder(
    root,
    ['.git', ...parts],
    (folder) => {
      const lock = folder.child(`${name}.lock`)
      try {
        writeFileSync(lock, `${commit}\n`, { flag: 'wx', mode: 0o644 })
      } catch (cause) {
        throw new SandboxError('denied', 'Another program is writing this branch just now.', { cause })
      }
      try {
        settle(lock, undefined, place.owner)
        folder.verify()
        renameSync(lock, folder.child(name))
      } finally {
        rmSync(lock, { force: true })
      }
    },
    place.mode,
  )
}

type Owner = GitRunner['workspace']['place']['owner']

function makeFolder(folder: Folder, name: string, owner: Owner): void {
  const path = folder.child(name)
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there && !there.isDirectory()) throw new SandboxError('denied', 'The folder’s repository leads elsewhere.')
  if (there) return
  mkdirSync(path, { mode: 0o755 })
  if (owner) chownSync(path, owner.uid, owner.gid)
}

/** On the disk, and whose it should be. */
function settle(path: string, mode: number | undefined, owner: Owner): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  if (owner) chownSync(path, owner.uid, owner.gid)
  if (mode !== undefined) chmodSync(path, mode)
}
