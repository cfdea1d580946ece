import type { SandboxSession, Workspace } from '@reynard/sandbox'
import type { Random } from './chance.ts'

/** What a group of hostile inputs is tried on, and what it must not reach. */
export type HostilePlace = {
  random: Random
  /** A folder for what the group makes for itself. */
  base: string
  /** Stands in the environment of this process, in `outside/canary`, and in what the server at `port` answers. */
  canary: string
  outside: string
  port: number
  workspace: Workspace
  /** L1 and L3 over `workspace`. */
  session: SandboxSession
  /** Whether the server was visited since it was asked last: a control's own visit is no find. */
  wasVisited(): boolean
}

/** One input: `what` is said where it got out. It may end in a value or in a typed error. */
export type Attack = {
  what: string
  run(): Promise<unknown>
  /** What is not so afterwards; null: all as it should be. */
  check?(): Promise<string | null>
}

export type OpenedGroup = {
  attack(): Promise<Attack>
  /** Shows that something well meant works, and that what the walls are for would be seen without them. Null: both do. */
  control(): Promise<string | null>
  /** Whether an error is one that this door may end in; a `SandboxError` always is. */
  isTyped?(error: Error): boolean
  close?(): Promise<void>
}

export type HostileGroup = {
  name: string
  /** How many of its inputs are drawn, beside the others'. */
  share: number
  needsWalls?: boolean
  /** What else it needs and this machine has not, in words; null: nothing. */
  missing?(): string | null
  open(place: HostilePlace): Promise<OpenedGroup>
}

/** An error in words for the model, and no fault of the code that made it. */
export const isInWords = (error: Error): boolean =>
  !['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'AssertionError'].includes(error.name)
