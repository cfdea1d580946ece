import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { countTree } from '../files/count-tree.ts'
import type { WorkspaceUsage } from '../files/quota.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import {
  checkpointIdentity,
  checkpointRefs,
  diffOptions,
  latestRef,
  restoreScript,
  saveScript,
} from './checkpoint-scripts.ts'
import { type ChangedFile, parseChanges } from './git-changes.ts'
import { plainText } from './git-names.ts'
import { type GitRunner, type GitSession, openGit, runGit, succeeded } from './git-runner.ts'
import { findKeptFiles, pathsInTheWay } from './kept-files.ts'

/**
 * A state of the work tree. `skipped` names files that are not in it because they are too large or can't be read. `changes`: what differs
 * from the state that it was to be compared with.
 */
export type Checkpoint = { id: string; unchanged: boolean; skipped: string[]; changes: ChangedFile[] }
/** A state as lists show it; `label` is what `save` was given, without control characters. */
export type CheckpointNote = { id: string; at: number; label: string }

/** A state of many large files takes its time when it is the first one. */
const saveMs = 180_000
const notesBytes = 8 << 20
/** States of more bytes than this are packed as they are. */
const mostCompressed = 256 << 20
/** A pack of more bytes is not written anew but where room is short. */
const settledPack = '128m'
/** A new state of more files than these goes into one pack: making so many files takes longer than what is in them. */
const mostLoose = 200
/** Of a state, names of files that it left out are kept up to so many bytes. */
const skippedBytes = 16 << 10
const oid = /^[0-9a-f]{40}$/

/** The states of one workspace, in a GIT_DIR of their own that neither the project nor its tools see. One call after the other. */
export class Checkpoints {
  readonly #git: GitRunner
  readonly #workspace: Workspace
  #tip: { commit: string; tree: string } | undefined
  /** The files of the index, as they looked when they were saved; empty where that is not known. */
  #tracked: Map<string, string> | undefined
  #skipped: readonly string[] = []
  #apart: readonly string[] = []
  /** Packing is left off when somebody has to wait for it; it comes again. */
  #packing: AbortController | undefined

  constructor(workspace: Workspace, session: GitSession) {
    this.#workspace = workspace
    this.#git = openGit(workspace, session, 'checkpoints')
  }

  /**
   * Keeps the work tree as it is: every file but what can be made again, also what a .gitignore names, byte for byte. A state that
   * equals the last one is that one. `since`: an earlier state to compare with. Throws `failed`, `timeout`, `aborted`, `unavailable`.
   */
  save(label: string, options: { since?: string; signal?: AbortSignal } = {}): Promise<Checkpoint> {
    this.#packing?.abort()
    return this.#workspace.change(() => this.#save(label, options))
  }

  /** Every state that is kept, the newest first, and the one that the work tree was when it was last saved or restored. */
  async list(): Promise<{ states: CheckpointNote[]; latest: string | null }> {
    const format = '--format=%(refname) %(objectname) %(creatordate:unix) %(contents:subject)'
    const call = { outputBytes: notesBytes }
    const { stdout } = await runGit(
      this.#git,
      ['for-each-ref', '--sort=-creatordate', format, checkpointRefs, latestRef],
      call,
    )
    const lines = stdout.toString().split('\n').filter(Boolean)
    const notes = lines.map((line) => {
      const [name = '', id = '', seconds = '', ...label] = line.split(' ')
      return { name, id, at: Number(seconds) * 1000, label: label.join(' ') }
    })
    return {
      states: notes.filter(({ name }) => name !== latestRef).map(({ id, at, label }) => ({ id, at, label })),
      latest: notes.find(({ name }) => name === latestRef)?.id ?? null,
    }
  }

  /**
   * Brings the work tree back to a state, after keeping what it is now: the answer is that one, so that this can be undone too. What no
   * state holds stays: `left` names the files of the state that were not brought back, because they would have taken its place. The
   * workspace is counted anew. `denied` for a folder elsewhere, which only approved edits change.
   */
  async restore(
    id: string,
    label = 'before a restore',
    signal?: AbortSignal,
  ): Promise<Checkpoint & { left: string[] }> {
    const { root, home } = this.#workspace
    if (root !== `${home}/files`)
      throw new SandboxError('denied', 'A folder of this machine is not restored in one go.')
    this.#packing?.abort()
    const before = await this.#workspace.change(async () => {
      await this.#check(id)
      const saved = await this.#save(label, { signal })
      const listed = await runGit(this.#git, ['ls-tree', '-r', '-z', '--name-only', id], {
        outputBytes: 64 << 20,
        signal,
      })
      const left = pathsInTheWay(listed.stdout.toString('latin1').split('\0').filter(Boolean), this.#apart)
      this.#forgetState()
      const call = { signal, timeoutMs: saveMs }
      if (left.length === 0) await runGit(this.#git, ['read-tree', '--reset', '-u', id], call)
      else succeeded(await this.#git.script(restoreScript, [id], { ...call, stdin: pathList(left) }))
      await runGit(this.#git, ['update-ref', latestRef, id])
      return { ...saved, left: left.map((path) => Buffer.from(path, 'latin1').toString()) }
    })
    await this.#workspace.recount(signal)
    return before
  }

  /** What differs from one state to a later one, as a unified diff; cut at `maxBytes` (256 KiB). `paths`: only these files. */
  async diff(
    from: string,
    to: string,
    { maxBytes = 256 << 10, paths = [] }: { maxBytes?: number; paths?: readonly string[] } = {},
  ): Promise<{ text: string; truncated: boolean }> {
    await this.#check(from, to)
    const args = ['diff-tree', ...diffOptions.split(' '), '-p', '--no-color', from, to, '--', ...paths]
    const { stdout, truncated } = await runGit(this.#git, args, { outputBytes: maxBytes })
    return { text: plainText(stdout.toString()), truncated }
  }

  /** The files that differ from one state to a later one. */
  async changes(from: string, to: string): Promise<ChangedFile[]> {
    await this.#check(from, to)
    const options = [...diffOptions.split(' '), '-z', '--raw', '--numstat', '--abbrev=40']
    const { stdout } = await runGit(this.#git, ['diff-tree', ...options, from, to, '--'], { outputBytes: 16 << 20 })
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

  /** The id of a path's content in each of these states, in their order; null where there was no file. A name of two lines has none. */
  async versions(ids: readonly string[], path: string): Promise<(string | null)[]> {
    if (path.includes('\n')) return ids.map(() => null)
    await this.#check(...ids)
    const stdin = ids.map((id) => `${id}:${path}\n`).join('')
    const { stdout } = await runGit(this.#git, ['cat-file', '--batch-check'], { stdin, outputBytes: notesBytes })
    const lines = stdout.toString().split('\n')
    return ids.map((_, at) => /^([0-9a-f]{40}) blob \d+$/.exec(lines[at] ?? '')?.[1] ?? null)
  }

  /** Whether programs could run a file in a state; null where the path was a folder, a link, or nothing. */
  async findFile(id: string, path: string): Promise<{ executable: boolean } | null> {
    await this.#check(id)
    const { stdout } = await runGit(this.#git, ['ls-tree', '-z', id, '--', path])
    const mode = /^100(644|755) blob /.exec(stdout.toString())?.[1]
    return mode === undefined ? null : { executable: mode === '755' }
  }

  /** Whether there was a file at a path that a state does not hold because it was too large or could not be read. */
  async leftOut(id: string, path: string): Promise<boolean> {
    await this.#check(id)
    const { stdout } = await runGit(this.#git, ['log', '-1', '--format=%b', id, '--'])
    try {
      return z.array(z.string()).parse(JSON.parse(stdout.toString())).includes(path)
    } catch {
      // A state of before such names were kept.
      return false
    }
  }

  /** What the state last saved left out; see `Checkpoint`. */
  get skipped(): readonly string[] {
    return this.#skipped
  }

  /** What the states take on disk. */
  size(): Promise<WorkspaceUsage> {
    return countTree(`${this.#workspace.home}/checkpoints`)
  }

  /**
   * Forgets every state but these and the latest, and packs what is left; takes seconds, for quiet moments. A state that is to be saved or
   * restored meanwhile ends the packing: `aborted`. `all`: large packs too are written anew, which alone frees what they hold of states
   * that were forgotten.
   */
  async keepOnly(
    ids: readonly string[],
    { all = true, signal }: { all?: boolean; signal?: AbortSignal } = {},
  ): Promise<void> {
    const kept = new Set(ids)
    const own = new AbortController()
    this.#packing = own
    const stop = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal])
    await this.#workspace.change(async () => {
      const { stdout } = await runGit(this.#git, ['for-each-ref', '--format=%(refname)', checkpointRefs], {
        outputBytes: 16 << 20,
        signal: stop,
      })
      const gone = stdout
        .toString()
        .split('\n')
        .filter((name) => name !== '' && !kept.has(name.slice(checkpointRefs.length)))
      const stdin = gone.map((name) => `delete ${name}\n`).join('')
      this.#unlock()
      await runGit(this.#git, ['update-ref', '--stdin'], { stdin, signal: stop })
      // Looking for likenesses, or compressing very much, would take minutes of the processor.
      const compression = (await this.size()).bytes > mostCompressed ? 0 : 1
      const settings = [
        'pack.window=0',
        `pack.compression=${compression}`,
        `gc.bigPackThreshold=${all ? '0' : settledPack}`,
      ]
      const gc = [
        ...settings.flatMap((setting) => ['-c', setting]),
        '-c',
        'pack.packSizeLimit=1g',
        'gc',
        '--quiet',
        '--prune=now',
      ]
      await runGit(this.#git, gc, { timeoutMs: saveMs, signal: stop })
    })
  }

  async #save(label: string, { since = '', signal }: { since?: string; signal?: AbortSignal }): Promise<Checkpoint> {
    const { stamps, skipped, apart } = await findKeptFiles(this.#workspace.root, signal)
    this.#skipped = skipped
    this.#apart = apart
    const last = await this.#last()
    const tracked = this.#tracked ?? (await this.#indexed())
    const isKnown = this.#tracked !== undefined
    const gone = [...tracked.keys()].filter((path) => !stamps.has(path))
    const touched = [...stamps].filter(([path, stamp]) => stamp === '' || stamp !== tracked.get(path))
    if (last && gone.length + touched.length === 0 && (since === '' || since === last.commit)) {
      return { id: last.commit, unchanged: true, skipped, changes: [] }
    }
    // Until all of it went well, nothing is known about the index.
    this.#forgetState()
    this.#unlock()
    // Also where a folder became a link: git would refuse to look for the files that were in it.
    const toForget = pathList([
      ...gone,
      ...(isKnown ? touched.flatMap(([path]) => (tracked.has(path) ? [path] : [])) : []),
    ])
    const stdin = Buffer.concat([toForget, pathList(touched.map(([path]) => path))])
    const call = { env: checkpointIdentity, stdin, signal, timeoutMs: saveMs, outputBytes: 16 << 20 }
    const message = plainText(label).slice(0, 500)
    const packFrom = touched.length > mostLoose ? '1' : '16m'
    const args = [
      last?.tree ?? '',
      last?.commit ?? '',
      message,
      since,
      String(toForget.length),
      packFrom,
      skippedNote(skipped),
    ]
    const { stdout } = succeeded(await this.#git.script(saveScript, args, call))
    const end = stdout.indexOf('\n')
    const [tree = '', commit = ''] = stdout.subarray(0, end).toString().split(' ')
    if (!oid.test(tree) || !oid.test(commit)) throw new SandboxError('failed', 'git gave no checkpoint.')
    this.#tracked = stamps
    this.#tip = { commit, tree }
    const changes = parseChanges(stdout.subarray(end + 1))
    return { id: commit, unchanged: commit === last?.commit, skipped, changes }
  }

  #forgetState(): void {
    this.#tracked = undefined
    this.#tip = undefined
  }

  /** A git that was killed leaves its locks; changes come one after the other, so nobody holds one now. */
  #unlock(): void {
    for (const name of ['index.lock', 'refs/latest.lock', 'packed-refs.lock', 'gc.pid']) {
      rmSync(join(this.#workspace.home, 'checkpoints', name), { force: true })
    }
  }

  async #indexed(): Promise<Map<string, string>> {
    const { stdout } = await runGit(this.#git, ['ls-files', '-z'], { outputBytes: 64 << 20 })
    return new Map(
      stdout
        .toString('latin1')
        .split('\0')
        .filter(Boolean)
        .map((path) => [path, '']),
    )
  }

  async #last() {
    if (this.#tip) return this.#tip
    const answer = await this.#git.run(['log', '-1', '--format=%H %T', latestRef, '--'])
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

/** As much of the names as has room in a state. */
function skippedNote(skipped: readonly string[]): string {
  let room = skippedBytes
  const fits = (path: string) => {
    room -= Buffer.byteLength(JSON.stringify(path))
    return room > 0
  }
  return JSON.stringify(skipped.filter(fits))
}
