import type { AnyTool, PendingCall, ToolSession } from '@reynard/agent'
import type { WorkspaceChange } from '@reynard/protocol'
import { type Checkpoints, isKept, SandboxError } from '@reynard/sandbox'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { ChangeSink, Clock, RunLogger } from '../runs/ports.ts'
import { fileChanges } from './file-changes.ts'
import { readState, startOf, stateLabel } from './state-label.ts'

type Conversation = { ownerId: string; conversationId: string }
type Options = {
  sessions: Pick<ToolSessions, 'checkpoints' | 'checkpointsUnavailable'>
  changes: ChangeSink
  clock: Clock
  logger: RunLogger
  /** Packing takes seconds, so it waits for so many new states; 50 unless told. */
  packAfter?: number
}

/** The states of workspaces around what tools do to them. Where none can be kept, calls go on without. */
export type WorkspaceStates = {
  /** See `TurnHost.keepState`. Pages are told of each call that may have changed files. */
  keepState(run: Conversation, call: PendingCall, signal: AbortSignal): Promise<() => Promise<WorkspaceChange | null>>
  /** Whether what a call is about to change will be in a state. */
  restores(call: Pick<PendingCall, 'tool' | 'input'>, session: ToolSession): Promise<boolean>
  /** Packs the states of a conversation whose run has ended, and forgets the oldest of too many. */
  quiet(conversation: Conversation): Promise<void>
}

/** Files that a row names; it tells how many there are in all. */
const mostFiles = 50
const mostStates = 1_000
/** What the states of one workspace may take on disk before the oldest are forgotten, and how many then stay. */
const mostBytes = 2 * 1024 ** 3
const keptWhenFull = 100

/** What is remembered is no file; code of ours and code behind a wall that shows it no files changes none. */
const mayChange = ({ effect, level, group }: AnyTool) =>
  (effect === 'write' && group !== 'memory') || (effect === 'execute' && level !== 'L1')

/** States by the checkpoints of the sandbox; open pages are told of each change. */
export function createWorkspaceStates(options: Options): WorkspaceStates {
  const { sessions, changes, clock, logger, packAfter = 50 } = options
  const saves = new Map<string, number>()

  async function checkpointsOf(run: Conversation): Promise<Checkpoints | null> {
    return (await sessions.checkpointsUnavailable()) === null ? await sessions.checkpoints(run) : null
  }

  async function save(run: Conversation, label: string, options: { since?: string; signal?: AbortSignal }) {
    try {
      const checkpoints = await checkpointsOf(run)
      const state = (await checkpoints?.save(label, options)) ?? null
      if (state?.unchanged === false) saves.set(run.conversationId, (saves.get(run.conversationId) ?? 0) + 1)
      return state
    } catch (error) {
      if (options.signal?.aborted !== true) {
        logger.warn({ err: error, conversationId: run.conversationId }, 'a state of the workspace was not kept')
      }
      return null
    }
  }

  return {
    async keepState(run, { tool, input }, signal) {
      if (!mayChange(tool)) return async () => null
      const { done, detail } = tool.title(input)
      const title = detail === undefined ? done : `${done} ${detail}`
      const before = await save(run, stateLabel('before', clock.now(), title), { signal })
      return async () => {
        const label = stateLabel('after', clock.now(), title)
        const after = before === null ? null : await save(run, label, { since: before.id })
        changes.publish(run.ownerId, { kind: 'workspace', conversationId: run.conversationId })
        if (before === null || after === null || after.changes.length === 0) return null
        const files = fileChanges(after.changes, mostFiles)
        return { before: before.id, after: after.id, files, total: after.changes.length }
      }
    },

    async restores({ tool, input }, { workspace }) {
      if (!mayChange(tool) || (tool.effect === 'write' && tool.changes === undefined)) return false
      if (workspace.isElsewhere || (await sessions.checkpointsUnavailable()) !== null) return false
      try {
        return (tool.changes?.(input) ?? []).every((path) => isKept(path, workspace.find(path)?.bytes ?? 0))
      } catch {
        return false
      }
    },

    async quiet(run) {
      if ((saves.get(run.conversationId) ?? 0) < packAfter) return
      saves.delete(run.conversationId)
      try {
        const checkpoints = await checkpointsOf(run)
        if (checkpoints === null) return
        const { states } = await checkpoints.list()
        const isFull = (await checkpoints.size()).bytes > mostBytes
        // What changed in this chat is told from where it began.
        const first = startOf(states.map(readState))
        const kept = states.slice(0, isFull ? keptWhenFull : mostStates)
        await checkpoints.keepOnly([...kept.map(({ id }) => id), ...(first ? [first.id] : [])], { all: isFull })
      } catch (error) {
        if (error instanceof SandboxError && error.code === 'aborted') {
          // Somebody wanted a state: it is done after the next run.
          saves.set(run.conversationId, packAfter)
          return
        }
        logger.warn({ err: error, conversationId: run.conversationId }, 'the states of a workspace were not packed')
      }
    },
  }
}
