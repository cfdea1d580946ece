import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyTool, ChatSearch, ToolSession, WebAccess } from '@reynard/agent'
import {
  Checkpoints,
  createSandbox,
  deleteWorkspace,
  openGitSession,
  openWorkspace,
  type Sandbox,
  type Workspace,
  type WorkspaceLimits,
  workspaceHome,
} from '@reynard/sandbox'
import { createGitPort } from './git-port.ts'

/** What tools may reach: the folder of each conversation, and the walls of this machine. */
export type ToolSessions = {
  /** For one run. The workspace is made where it is new. Errors are `SandboxError`s. */
  open(run: { ownerId: string; conversationId: string }): Promise<ToolSession>
  /** The workspace of a conversation, if it has one. */
  find(conversationId: string): Promise<Workspace | null>
  /** What one workspace may hold. */
  readonly limits: WorkspaceLimits
  /** Where the states of a conversation's files are kept; null where it has no workspace. */
  checkpoints(run: { ownerId: string; conversationId: string }): Promise<Checkpoints | null>
  /** Why no states are kept on this machine, and the step that changes it; null where they are. */
  checkpointsUnavailable(): Promise<string | null>
  /** Why a tool can't run on this machine, and the step that changes it; null where it can. */
  unavailable(tool: Pick<AnyTool, 'level' | 'languages' | 'needs'>): Promise<string | null>
  /** Removes the workspaces of conversations for good; nothing happens where there is none. */
  remove(conversationIds: readonly string[]): Promise<void>
  /** Ends what runs behind the walls. */
  close(): Promise<void>
}

/** What tools reach beyond their folder. */
export type ToolPorts = {
  web: WebAccess
  /** Why no search of the web can be made, in a sentence; null where one can. */
  noSearch(): string | null
  chatsFor(run: { ownerId: string; conversationId: string }): ChatSearch
}

/** Where programs behind the walls are looked for. */
const systemPrograms = ['/usr/bin', '/bin']

const limits: WorkspaceLimits = { bytes: 1024 ** 3, entries: 100_000 }

/** Workspaces in the folder `workspaces` of the data folder, named by the conversation. The walls are probed when they are first needed. */
export function createToolSessions(dataDir: string, { web, noSearch, chatsFor }: ToolPorts): ToolSessions {
  const base = join(dataDir, 'workspaces')
  /** Each is opened once, so that its changes come one after the other. */
  const opened = new Map<string, Promise<Workspace>>()
  /** One for each workspace, since it knows what git's index holds. */
  const kept = new Map<string, Checkpoints>()
  let hasGit = false
  let walls: Promise<Sandbox> | null = null
  async function sandbox(): Promise<Sandbox> {
    walls ??= createSandbox()
    try {
      return await walls
    } catch (error) {
      walls = null
      throw error
    }
  }

  async function openOnce(conversationId: string): Promise<Workspace> {
    const { user } = (await sandbox()).report
    const home = workspaceHome(base, conversationId)
    const there = opened.get(conversationId) ?? openWorkspace(home, limits, user === null ? {} : { owner: user })
    opened.set(conversationId, there)
    try {
      return await there
    } catch (error) {
      opened.delete(conversationId)
      throw error
    }
  }

  async function find(conversationId: string): Promise<Workspace | null> {
    return existsSync(workspaceHome(base, conversationId)) ? await openOnce(conversationId) : null
  }

  async function unavailable(tool: Pick<AnyTool, 'level' | 'languages' | 'needs'>): Promise<string | null> {
    const { level, languages = [], needs = [] } = tool
    const off = needs.includes('web-search') ? noSearch() : null
    if (off !== null) return off
    if (level === 'none') return null
    const { levels, python } = (await sandbox()).report
    const missing = [levels[level], ...(languages.includes('python') ? [python] : [])].find((each) => !each.available)
    return missing === undefined || missing.available ? null : `${missing.reason} ${missing.howToInstall}`
  }

  return {
    limits,
    async open({ ownerId, conversationId }) {
      const workspace = await openOnce(conversationId)
      const walls = await sandbox()
      return {
        ownerId,
        conversationId,
        workspace,
        git: createGitPort({ workspace, sandbox: walls, ownerId, author: async () => null, home: null }),
        folder: null,
        web,
        chats: chatsFor({ ownerId, conversationId }),
        openSandbox: (may) => walls.open({ owner: ownerId, workspace: workspace.root, quota: limits, ...may }),
      }
    },
    find,
    async checkpoints({ ownerId, conversationId }) {
      const workspace = await find(conversationId)
      if (workspace === null) return null
      const session = openGitSession(await sandbox(), workspace, ownerId)
      const checkpoints = kept.get(conversationId) ?? new Checkpoints(workspace, session)
      kept.set(conversationId, checkpoints)
      return checkpoints
    },
    async checkpointsUnavailable() {
      const reason = await unavailable({ level: 'L3' })
      if (reason !== null) return reason
      hasGit ||= systemPrograms.some((folder) => existsSync(join(folder, 'git')))
      return hasGit ? null : 'git is not installed. Install it with: apt install git'
    },
    unavailable,
    async remove(conversationIds) {
      for (const id of conversationIds) {
        opened.delete(id)
        kept.delete(id)
        await deleteWorkspace(workspaceHome(base, id))
      }
    },
    async close() {
      if (walls !== null) await (await walls).close()
    },
  }
}
