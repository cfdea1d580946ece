import { chownSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { SandboxError } from '../sandbox-error.ts'
import { appendToFile } from './append-file.ts'
import { countTree } from './count-tree.ts'
import { type Edit, type Edited, editFile } from './edit-file.ts'
import { withFolder } from './folder.ts'
import { type Listing, type ListOptions, listTree } from './list-tree.ts'
import { makeFolders } from './make-folders.ts'
import { moveEntry } from './move-entry.ts'
import { parseChangeablePath } from './path-rules.ts'
import { type Place, placeAt } from './place.ts'
import { Quota, type WorkspaceLimits, type WorkspaceUsage } from './quota.ts'
import { type FileBytes, readBytes, streamFile } from './read-file.ts'
import { type FileLines, type LineRange, readLines } from './read-lines.ts'
import { removeTree } from './remove-tree.ts'
import { type Entry, findEntry, statEntry } from './stat-entry.ts'
import { emptyTrash, listRemoved, removalProblem, removeEntry, restoreRemoved, type TrashItem } from './trash.ts'
import { type TreeEntry, walkTree } from './walk-tree.ts'
import { isAbandonedPart, type WriteOptions, type Written, writeFile } from './write-file.ts'

/**
 * `root`: a folder elsewhere that is worked on instead of the workspace's own, as a project of this machine; then `owner` is whose its new
 * files are. `user`: who runs tools, whose everything else in the home is; `owner` unless told.
 */
export type WorkspaceOptions = Partial<Omit<Place, 'root'>> & { root?: string; user?: Place['owner'] }

/** What can be made again is large, and nobody's change: a folder elsewhere is tidied without it. */
const madeAgain: ReadonlySet<string> = new Set(['.git', 'node_modules', '.venv', '__pycache__', 'target', 'dist'])

/** The folder of a workspace by its id, which must be a UUID of the server's making: `not-found` for anything else. */
export function workspaceHome(base: string, id: string): string {
  if (!z.uuid().safeParse(id).success) throw new SandboxError('not-found', 'There is no such workspace.')
  return join(base, id.toLowerCase())
}

/**
 * Opens the workspace in `home`, a folder of the server's named by the workspace's id; makes it where it is new (0700) and counts what
 * is in it. Beside `files`, which tools see, it keeps what they never see: `trash`, `git`, `checkpoints`.
 */
export async function openWorkspace(
  home: string,
  limits: WorkspaceLimits,
  options: WorkspaceOptions = {},
): Promise<Workspace> {
  const { root = join(home, 'files'), user, ...rules } = options
  mkdirSync(home, { recursive: true, mode: 0o700 })
  if (!options.root && !existsSync(root)) {
    mkdirSync(root, { mode: 0o700 })
    if (rules.owner) chownSync(root, rules.owner.uid, rules.owner.gid)
  }
  const place = placeAt(root, rules)
  const tidy = (entry: TreeEntry) => removeAbandoned(place, entry)
  const usage = options.root ? await tidyElsewhere(root, tidy) : await countTree(root, [], undefined, tidy)
  return new Workspace(home, place, new Quota(limits, usage), user ?? rules.owner)
}

/** A folder elsewhere counts as empty: what it holds is its owner's, the quota is what may be added. */
async function tidyElsewhere(root: string, tidy: (entry: TreeEntry) => boolean): Promise<WorkspaceUsage> {
  for await (const entry of walkTree(root, [], { skip: madeAgain, maxEntries: 200_000 })) tidy(entry)
  return { bytes: 0, entries: 0, over: false }
}

/** Removes what a write left that a crash has ended. */
function removeAbandoned(place: Place, { path, name, stats }: TreeEntry): boolean {
  if (!stats.isFile() || !isAbandonedPart(name.toString(), stats)) return false
  withFolder(place.root, path.slice(0, -1), (folder) => rmSync(folder.child(name), { force: true }), place.mode)
  return true
}

/** Removes a workspace for good, with its trash and its checkpoints. A folder elsewhere that it worked on stays. */
export function deleteWorkspace(home: string): Promise<void> {
  return removeTree(home)
}

/** A folder of files with a quota. Paths are relative to it; nothing outside is reached. Changes happen one after the other. */
export class Workspace {
  readonly id: string
  readonly home: string
  readonly place: Place
  readonly quota: Quota
  /** Who runs tools, where that is not who the server is. */
  readonly user: Place['owner']
  #last: Promise<unknown> = Promise.resolve()

  constructor(home: string, place: Place, quota: Quota, user: Place['owner'] = place.owner) {
    this.user = user
    this.id = basename(home)
    this.home = home
    this.place = place
    this.quota = quota
  }

  /** The folder on the host that tools see as /workspace. */
  get root(): string {
    return this.place.root
  }

  /** Whether it works on a folder elsewhere, which is somebody's own and never counted, emptied or given away. */
  get isElsewhere(): boolean {
    return this.root !== join(this.home, 'files')
  }

  get usage(): WorkspaceUsage {
    return this.quota.usage
  }

  list(path = '.', options?: ListOptions): Promise<Listing> {
    return listTree(this.place, path, options)
  }

  stat(path: string): Entry {
    return statEntry(this.place, path)
  }

  find(path: string): Entry | undefined {
    return findEntry(this.place, path)
  }

  read(path: string, range?: { offset?: number; length?: number }): Promise<FileBytes> {
    return readBytes(this.place, path, range)
  }

  readLines(path: string, range?: LineRange): Promise<FileLines> {
    return readLines(this.place, path, range)
  }

  stream(path: string): { stream: Readable; bytes: number; modifiedMs: number } {
    return streamFile(this.place, path)
  }

  write(
    path: string,
    content: string | Uint8Array | AsyncIterable<Uint8Array>,
    options?: WriteOptions,
  ): Promise<Written> {
    const write = (bytes: Uint8Array | AsyncIterable<Uint8Array>) =>
      writeFile(this.place, this.quota, path, bytes, options)
    if (typeof content === 'string') return this.change(() => write(Buffer.from(content)))
    // An upload takes as long as its sender likes: nobody waits for it.
    return content instanceof Uint8Array ? this.change(() => write(content)) : write(content)
  }

  append(path: string, content: string | Uint8Array): Promise<Written> {
    return this.change(() => appendToFile(this.place, this.quota, path, Buffer.from(content)))
  }

  edit(path: string, edits: readonly Edit[]): Promise<Edited> {
    return this.change(() => editFile(this.place, this.quota, path, edits))
  }

  move(from: string, to: string): Promise<string> {
    return this.change(() => moveEntry(this.place, this.quota, from, to))
  }

  /** Makes a folder, with those above it; returns its path as it is on disk. One that exists is fine. */
  makeFolder(path: string): Promise<string> {
    return this.change(() => makeFolders(this.place, this.quota, parseChangeablePath(path)).join('/'))
  }

  /** Why something can't be moved to the trash, in a sentence; null where only `remove` can tell, as of what is not there. */
  async removalProblem(path: string): Promise<string | null> {
    try {
      return await removalProblem(this.place, this.#trash, path)
    } catch (error) {
      if (error instanceof SandboxError) return null
      throw error
    }
  }

  /** Moves something to the trash, which is kept below the quota's bytes by forgetting the oldest. */
  remove(path: string): Promise<TrashItem> {
    return this.change(async () => {
      const item = await removeEntry(this.place, this.quota, this.#trash, path)
      await emptyTrash(this.#trash, Math.max(this.quota.limits.bytes, item.bytes))
      // What went may be what was too deep to be counted.
      if (this.usage.over && !this.isElsewhere) this.quota.usage = await countTree(this.root)
      return item
    })
  }

  /** Removes something for good, past the trash. */
  discard(path: string): Promise<void> {
    return this.change(async () => {
      const { id } = await removeEntry(this.place, this.quota, this.#trash, path)
      await removeTree(join(this.#trash, id))
    })
  }

  restore(id: string): Promise<TrashItem> {
    return this.change(() => restoreRemoved(this.place, this.quota, this.#trash, id))
  }

  removed(): TrashItem[] {
    return listRemoved(this.#trash)
  }

  /** Counts anew what is there; to be called after code has run in the workspace. */
  recount(signal?: AbortSignal): Promise<WorkspaceUsage> {
    return this.change(async () => {
      if (!this.isElsewhere) this.quota.usage = await countTree(this.root, [], signal)
      return this.quota.usage
    })
  }

  /** Empties the workspace and its trash for good; also of what no other operation could touch. `denied` for a folder elsewhere. */
  clear(): Promise<void> {
    return this.change(async () => {
      if (this.isElsewhere) throw new SandboxError('denied', 'This folder is not the server’s own.')
      await removeTree(this.#trash)
      await removeTree(this.root)
      mkdirSync(this.root, { mode: 0o700 })
      if (this.place.owner) chownSync(this.root, this.place.owner.uid, this.place.owner.gid)
      this.quota.usage = { bytes: 0, entries: 0, over: false }
    })
  }

  /** Runs a change of the files after those before it have ended, so that quotas add up. */
  change<T>(work: () => T | Promise<T>): Promise<T> {
    const next = this.#last.then(work, work)
    this.#last = next.catch(() => {})
    return next
  }

  get #trash(): string {
    return join(this.home, 'trash')
  }
}
