import { AppError } from '@reynard/protocol'
import { type Checkpoints, plainText, SandboxError } from '@reynard/sandbox'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { Clock } from '../runs/ports.ts'
import { stateLabel } from './state-label.ts'
import type { WorkspaceAccess } from './workspace-access.ts'

type Options = {
  access: Pick<WorkspaceAccess, 'mustFind'>
  sessions: Pick<ToolSessions, 'checkpoints' | 'checkpointsUnavailable'>
  clock: Clock
}

/** The states of a conversation's files, for their owner. */
export type KeptStates = {
  /** Throws `not-found` where there are no files, `unsupported` where none of their states are kept. */
  of(ownerId: string, conversationId: string): Promise<Checkpoints>
  /** The files as they are, kept; tools at work would be caught in the middle of it. Answers the state's id. */
  saveNow(checkpoints: Checkpoints): Promise<string>
}

export function createKeptStates({ access, sessions, clock }: Options): KeptStates {
  return {
    async of(ownerId, conversationId) {
      await access.mustFind(ownerId, conversationId)
      const reason = await sessions.checkpointsUnavailable()
      const checkpoints = reason === null ? await sessions.checkpoints({ ownerId, conversationId }) : null
      if (checkpoints === null) throw new AppError('unsupported', reason ?? 'This chat has no checkpoints yet.')
      return checkpoints
    },
    saveNow: async (checkpoints) => (await checkpoints.save(stateLabel('person', clock.now()))).id,
  }
}

const mostNamed = 20

/** Paths for a person: the first of them, and how many there are. */
export const namedPaths = (paths: readonly string[]) => ({
  paths: paths.slice(0, mostNamed).map((path) => plainText(path)),
  total: paths.length,
})

/** Old states are forgotten where there are too many. */
export function notKept(error: unknown): unknown {
  return error instanceof SandboxError && error.code === 'not-found'
    ? new AppError('not-found', 'This state is not kept any more.', { cause: error })
    : error
}
