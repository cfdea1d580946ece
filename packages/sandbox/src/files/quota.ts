import { SandboxError } from '../sandbox-error.ts'

/** What a workspace may hold: bytes of its files, and how many files and folders. */
export type WorkspaceLimits = { bytes: number; entries: number }
/** What it holds. `over`: something lies too deep or there is more than was counted, so that it counts as over its limits. */
export type WorkspaceUsage = { bytes: number; entries: number; over: boolean }

/** The account of one workspace: kept up by its own operations, corrected by a recount after code has run in it. */
export class Quota {
  readonly limits: WorkspaceLimits
  #usage: WorkspaceUsage

  constructor(limits: WorkspaceLimits, usage: WorkspaceUsage) {
    this.limits = limits
    this.#usage = usage
  }

  get usage(): WorkspaceUsage {
    return this.#usage
  }

  set usage(counted: WorkspaceUsage) {
    this.#usage = counted
  }

  /** Throws `quota` where so much more would not fit. What makes a full workspace smaller is always let through. */
  check(bytes: number, entries: number): void {
    const { limits, usage } = this
    if (bytes > 0 && (usage.over || usage.bytes + bytes > limits.bytes)) {
      throw new SandboxError(
        'quota',
        `The workspace is full: it may hold ${limits.bytes} bytes. Delete something first.`,
      )
    }
    if (entries > 0 && (usage.over || usage.entries + entries > limits.entries)) {
      throw new SandboxError(
        'quota',
        `The workspace is full: it may hold ${limits.entries} files. Delete something first.`,
      )
    }
  }

  /** Books a change that has happened. */
  book(bytes: number, entries: number): void {
    const { usage } = this
    this.#usage = { ...usage, bytes: Math.max(0, usage.bytes + bytes), entries: Math.max(0, usage.entries + entries) }
  }

  /** What may still be added; 0 where it is over. */
  get left(): { bytes: number; entries: number } {
    const { limits, usage } = this
    if (usage.over) return { bytes: 0, entries: 0 }
    return { bytes: Math.max(0, limits.bytes - usage.bytes), entries: Math.max(0, limits.entries - usage.entries) }
  }
}
