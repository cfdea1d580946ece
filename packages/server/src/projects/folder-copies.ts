import { lstatSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FolderChange, FolderProject } from '@reynard/agent'
import {
  fillScratch,
  openWorkspace,
  removeTree,
  type Sandbox,
  SandboxError,
  type SandboxSession,
  type SessionOptions,
  type Workspace,
  type WorkspaceLimits,
  walkTree,
} from '@reynard/sandbox'
import { CopyNotes, type ToldCopy } from './copy-notes.ts'

/** So many copies are kept: of the last runs that changed something. Each may be as large as the folder. */
const kept = 2
/** So many while a call waits for a yes, which may need any of them. */
const keptWhileWaiting = 8
const mostChanges = 200
/** Where a copy has none of its own, the folder's dependencies are shown beside it. */
const dependencies = ['node_modules', '.venv'] as const
const skip: ReadonlySet<string> = new Set([...dependencies, '.git', '__pycache__', '.pytest_cache'])

/** Where and how a file lay. */
type Print = { size: number; changedMs: number; inode: number }
type FilledCopy = Pick<ToldCopy, 'id' | 'root' | 'filledAt'> & { before: Map<string, Print> }

/**
 * Programs of a chat work on copies of its folder, which lie in the workspace's home. What a program changed there is compared with the
 * copy as it was, and put into the folder only by a call that a person approved.
 */
export class FolderCopies implements FolderProject {
  readonly path: string
  readonly #workspace: Workspace
  readonly #sandbox: Sandbox
  readonly #ownerId: string
  readonly #limits: WorkspaceLimits
  readonly #isWaitedFor: () => Promise<boolean>
  readonly #notes: CopyNotes
  /** Nobody was told of these yet. */
  readonly #filled = new Map<string, FilledCopy>()
  readonly #told: Map<string, ToldCopy>
  readonly #sessions = new WeakMap<SandboxSession, string>()

  /** `isWaitedFor`: whether a call that brings changes of a copy back waits for a yes. */
  constructor(
    workspace: Workspace,
    sandbox: Sandbox,
    ownerId: string,
    limits: WorkspaceLimits,
    isWaitedFor: () => Promise<boolean>,
  ) {
    this.path = workspace.root
    this.#workspace = workspace
    this.#sandbox = sandbox
    this.#ownerId = ownerId
    this.#limits = limits
    this.#isWaitedFor = isWaitedFor
    this.#notes = new CopyNotes(workspace.home)
    this.#told = new Map(this.#notes.read().map((copy) => [copy.id, copy]))
  }

  /** For a tool that only looks: the folder itself, read-only. For one that runs code: a copy, made when the first program starts. */
  open(may: Pick<SessionOptions, 'levels' | 'languages'>, runs: boolean): SandboxSession {
    const base = { owner: this.#ownerId, ...may }
    if (!runs) return this.#sandbox.open({ ...base, workspace: this.#workspace.root, readOnly: true })
    const id = crypto.randomUUID().slice(0, 8)
    const root = this.#notes.rootOf(id)
    const binds = dependencies
      .map((name) => ({ from: join(this.#workspace.root, name), to: `/workspace/${name}` }))
      .filter(({ from }) => lstatSync(from, { throwIfNoEntry: false })?.isDirectory())
    const session = this.#sandbox.open({
      ...base,
      workspace: root,
      quota: this.#limits,
      binds,
      prepare: (signal) => this.#fill(id, root, signal),
    })
    this.#sessions.set(session, id)
    return session
  }

  async changedBy(session: SandboxSession): Promise<{ copy: string; changes: FolderChange[] } | null> {
    const id = this.#sessions.get(session)
    const filled = id === undefined ? undefined : this.#filled.get(id)
    if (filled === undefined) return null
    const { before, ...copy } = filled
    const changes = changesBetween(before, await prints(copy.root))
    if (changes.length > 0) {
      const told = { ...copy, inode: lstatSync(copy.root).ino, changes }
      this.#notes.write(told)
      this.#told.set(copy.id, told)
      this.#filled.delete(copy.id)
      return { copy: copy.id, changes }
    }
    // Nobody is told its name: there is nothing in it that the folder has not.
    await this.#forget(copy.id)
    return null
  }

  async changesOf(id: string): Promise<FolderChange[]> {
    return this.#find(id).changes
  }

  async textOf(id: string, path: string): Promise<string | null> {
    const copy = await this.#open(this.#find(id))
    const entry = copy.find(path)
    if (entry?.type !== 'file' || entry.bytes > 2_000_000) return null
    const { bytes } = await copy.read(path)
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      return null
    }
  }

  async apply(id: string, paths: readonly string[], signal: AbortSignal): Promise<void> {
    const copy = this.#find(id)
    const from = await this.#open(copy)
    const changes = new Map(copy.changes.map((change) => [change.path, change]))
    for (const path of paths) {
      const here = this.#workspace.find(path)
      const change = changes.get(path)
      if (change === undefined) throw new SandboxError('not-found', `${path} was not changed in this copy.`)
      const isNewer = here !== undefined && (change.change === 'added' || here.modifiedMs > copy.filledAt)
      if (isNewer)
        throw new SandboxError('denied', `${path} was changed in the folder since the copy was made. Run it again.`)
      const problem = change.change === 'deleted' ? await this.#workspace.removalProblem(path) : null
      if (problem !== null) throw new SandboxError('unavailable', problem)
    }
    for (const path of paths) {
      signal.throwIfAborted()
      if (changes.get(path)?.change === 'deleted') {
        if (this.#workspace.find(path)) await this.#workspace.remove(path)
      } else await this.#workspace.write(path, from.stream(path).stream, { signal })
    }
  }

  async #fill(id: string, root: string, signal: AbortSignal | undefined): Promise<void> {
    await this.#forgetOld()
    mkdirSync(root, { recursive: true, mode: 0o700 })
    const filledAt = Date.now()
    const session = this.#sandbox.open({ owner: this.#ownerId, workspace: root, levels: ['L3'], quota: this.#limits })
    await fillScratch(session, this.#workspace.root, { skip: [...skip], ...(signal !== undefined && { signal }) })
    this.#filled.set(id, { id, root, filledAt, before: await prints(root) })
  }

  async #forgetOld(): Promise<void> {
    const most = (await this.#isWaitedFor()) ? keptWhileWaiting : kept
    const known = [...this.#told.values(), ...this.#filled.values()].sort((a, b) => a.filledAt - b.filledAt)
    const staying = new Set(known.slice(1 - most).map(({ id }) => id))
    for (const id of this.#notes.names()) if (!staying.has(id)) await this.#forget(id)
  }

  async #forget(id: string): Promise<void> {
    this.#filled.delete(id)
    this.#told.delete(id)
    this.#notes.remove(id)
    await removeTree(this.#notes.rootOf(id))
  }

  #find(id: string): ToldCopy {
    const copy = this.#told.get(id)
    if (copy === undefined || !this.#notes.isThere(copy))
      throw new SandboxError('not-found', 'The copy that this came from is gone. Run it again.')
    return copy
  }

  #open({ root }: ToldCopy): Promise<Workspace> {
    return openWorkspace(join(this.#workspace.home, 'copy'), this.#limits, { root })
  }
}

function changesBetween(before: ReadonlyMap<string, Print>, now: ReadonlyMap<string, Print>): FolderChange[] {
  const changes: FolderChange[] = []
  for (const [path, print] of now) {
    const old = before.get(path)
    const isSame = old && old.size === print.size && old.changedMs === print.changedMs && old.inode === print.inode
    if (!isSame) changes.push({ path, change: old ? 'modified' : 'added' })
  }
  for (const path of before.keys()) if (!now.has(path)) changes.push({ path, change: 'deleted' })
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1)).slice(0, mostChanges)
}

/** By the time of the last change of anything about a file, which code can't set back. */
async function prints(root: string): Promise<Map<string, Print>> {
  const found = new Map<string, Print>()
  for await (const { path, name, stats } of walkTree(root, [], { skip, maxEntries: 200_000 })) {
    if (!stats.isFile() || !name.toString().isWellFormed()) continue
    found.set(path.map(String).join('/'), { size: stats.size, changedMs: stats.ctimeMs, inode: stats.ino })
  }
  return found
}
