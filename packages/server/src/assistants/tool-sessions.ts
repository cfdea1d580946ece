import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyTool, ToolSession } from '@reynard/agent'
import {
  createSandbox,
  deleteWorkspace,
  openWorkspace,
  type Sandbox,
  type Workspace,
  workspaceHome,
} from '@reynard/sandbox'
import { createGitPort } from './git-port.ts'

/** What tools may reach: the folder of each conversation, and the walls of this machine. */
export type ToolSessions = {
  /** For one run. The workspace is made where it is new. Errors are `SandboxError`s. */
  open(run: { ownerId: string; conversationId: string }): Promise<ToolSession>
  /** The workspace of a conversation, if it has one. */
  find(conversationId: string): Promise<Workspace | null>
  /** Why a tool can't run on this machine, and the step that changes it; null where it can. */
  unavailable(tool: Pick<AnyTool, 'level' | 'languages'>): Promise<string | null>
  /** Removes the workspaces of conversations for good; nothing happens where there is none. */
  remove(conversationIds: readonly string[]): Promise<void>
  /** Ends what runs behind the walls. */
  close(): Promise<void>
}

/** What one workspace may hold. */
const limits = { bytes: 1024 ** 3, entries: 100_000 }

/** Workspaces in the folder `workspaces` of the data folder, named by the conversation. The walls are probed when they are first needed. */
export function createToolSessions(dataDir: string): ToolSessions {
  const base = join(dataDir, 'workspaces')
  /** Each is opened once, so that its changes come one after the other. */
  const opened = new Map<string, Promise<Workspace>>()
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

  return {
    async open({ ownerId, conversationId }) {
      const workspace = await openOnce(conversationId)
      const walls = await sandbox()
      return {
        ownerId,
        conversationId,
        workspace,
        git: createGitPort({ workspace, sandbox: walls, ownerId, author: async () => null, home: null }),
        folder: null,
        openSandbox: (may) => walls.open({ owner: ownerId, workspace: workspace.root, quota: limits, ...may }),
      }
    },
    find: async (conversationId) =>
      existsSync(workspaceHome(base, conversationId)) ? await openOnce(conversationId) : null,
    async unavailable({ level, languages = [] }) {
      if (level === 'none') return null
      const { levels, python } = (await sandbox()).report
      const missing = [levels[level], ...(languages.includes('python') ? [python] : [])].find((each) => !each.available)
      return missing === undefined || missing.available ? null : `${missing.reason} ${missing.howToInstall}`
    },
    async remove(conversationIds) {
      for (const id of conversationIds) {
        opened.delete(id)
        await deleteWorkspace(workspaceHome(base, id))
      }
    },
    async close() {
      if (walls !== null) await (await walls).close()
    },
  }
}
