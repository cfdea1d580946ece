import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Limits } from '../child/limits.ts'
import type { ShellPrelude } from '../child/shell-prelude.ts'
import type { CgroupPlace } from './find-cgroup.ts'

let count = 0

/** Names tell whose a group is: a process, as the process namespace of its server numbers it. */
function namePrefix(): string {
  const space = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  return `reynard.${space}.`
}

/** The group of one call: what runs in it, also a daemon that left its process group, shares one limit on memory and processes. */
export class CallGroup {
  readonly #folders: string[]
  readonly #version: CgroupPlace['version']

  /** Makes the group. Throws what the file system says, where the place turned out not to be ours to write. */
  constructor(place: CgroupPlace, limits: Limits) {
    const name = `${namePrefix()}${process.pid}.${count++}`
    this.#version = place.version
    this.#folders = placeFolders(place).map((folder) => join(folder, name))
    for (const folder of this.#folders) mkdirSync(folder)
    const set = (folder: string | undefined, file: string, value: number, optional = false) => {
      const path = join(folder ?? '', file)
      if (!optional || existsSync(path)) writeFileSync(path, String(value))
    }
    // bwrap, its helpers and the wrappers before the program are in the group too.
    const processes = limits.processes + 8
    const [first, second] = this.#folders
    if (place.version === 1) {
      set(first, 'memory.limit_in_bytes', limits.totalMemoryBytes)
      set(first, 'memory.memsw.limit_in_bytes', limits.totalMemoryBytes, true)
      set(second, 'pids.max', processes)
    } else {
      set(first, 'memory.max', limits.totalMemoryBytes)
      set(first, 'memory.swap.max', 0, true)
      set(first, 'memory.oom.group', 1, true)
      set(first, 'pids.max', processes)
    }
  }

  /**
   * The same program, entering the group before it starts: what it forks can't be born outside. Under v1 the shell moves its one thread, by
   * the 0 that means itself: for that the kernel waits for nobody, while a whole process is moved after a grace period of 5–60 ms.
   */
  enter<Spawn extends object>(spawn: Spawn): Spawn & { prelude: ShellPrelude } {
    const lists = this.#folders.map((folder) => join(folder, this.#version === 1 ? 'tasks' : 'cgroup.procs'))
    const script = `${lists.map((_, index) => `echo 0 > "$${index + 1}" || exit 126`).join('; ')}; shift ${lists.length}`
    return { ...spawn, prelude: { script, args: lists } }
  }

  /** Kills what is still in the group. */
  kill(): void {
    for (const folder of this.#folders) killMembers(folder)
  }

  /** Removes the group when its last process is gone, which takes the kernel a moment; resolves at the latest after a second. */
  async remove(): Promise<void> {
    for (let waitMs = 1; waitMs < 1000; waitMs *= 2) {
      if (this.#folders.every(removeFolder)) return
      this.kill()
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}

/** Removes what servers of the same machine or container left behind when they were killed. */
export function removeStaleGroups(place: CgroupPlace): void {
  const prefix = namePrefix()
  for (const folder of placeFolders(place))
    for (const name of readdirSync(folder)) {
      const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('.')[0]) : Number.NaN
      if (Number.isNaN(owner) || existsSync(`/proc/${owner}`)) continue
      killMembers(join(folder, name))
      removeFolder(join(folder, name))
    }
}

const placeFolders = (place: CgroupPlace) => (place.version === 1 ? [place.memory, place.pids] : [place.group])

function killMembers(folder: string): void {
  try {
    const all = join(folder, 'cgroup.kill')
    if (existsSync(all)) writeFileSync(all, '1')
    for (const id of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) kill(Number(id))
  } catch {
    // The group is gone.
  }
}

function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch {
    return !existsSync(folder)
  }
}
