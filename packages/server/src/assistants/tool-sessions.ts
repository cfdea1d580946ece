import { existsSync, statSync } from 'node:fs'
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
  type WorkspaceOptions,
  workspaceHome,
} from '@reynard/sandbox'
import { FolderCopies } from '../projects/folder-copies.ts'
import { createFolderGit } from '../projects/folder-git.ts'
import { createGitPort, type GitHome } from './git-port.ts'

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
  /** Builds each wall once, so that the first page knows what is missing; what it is, and the step that changes it. Never rejects. */
  probe(): Promise<string | null>
  /** The workspace works somewhere else from now on. */
  forget(conversationId: string): void
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
  /**
   * The folder of this machine that a conversation works in, looked at anew each time; null: its own. Throws an `AppError` that says why
   * it may not any more.
   */
  folderOf(conversationId: string): Promise<string | null>
  /** What one workspace may hold; read anew each time. */
  limits(): WorkspaceLimits
  /** Whether a call that puts changes of a copy into the folder waits for a yes in a conversation. */
  isCopyWaitedFor(conversationId: string): Promise<boolean>
  /** Whose commits are made; null: nobody's in particular. */
  authorOf(ownerId: string): Promise<{ name: string; email: string } | null>
}

type RunOf = { ownerId: string; conversationId: string }

/** A workspace in use, with what must be one for all who use it. */
type Opened = {
  folder: string | null
  workspace: Promise<Workspace>
  /** Beside a folder of this machine: what tools keep for the model. */
  kept: Promise<Workspace> | null
  git: GitHome | null
  copies: FolderCopies | null
}

/** Where programs behind the walls are looked for. */
const systemPrograms = ['/usr/bin', '/bin']

/** Of what tools keep beside a folder of this machine. */
const keptLimits: WorkspaceLimits = { bytes: 256 * 1024 ** 2, entries: 5_000 }

/** Workspaces in the folder `workspaces` of the data folder, named by the conversation. The walls are probed by `probe`, or when they are first needed. */
export function createToolSessions(dataDir: string, ports: ToolPorts, openWalls = createSandbox): ToolSessions {
  const { web, noSearch, chatsFor, folderOf, authorOf } = ports
  const base = join(dataDir, 'workspaces')
  /** Of open workspaces too: an operator's change counts at once. */
  const limits: WorkspaceLimits = {
    get bytes() {
      return ports.limits().bytes
    },
    get entries() {
      return ports.limits().entries
    },
  }
  /** Each is opened once, so that its changes come one after the other. */
  const opened = new Map<string, Opened>()
  /** One for each workspace, since it knows what git's index holds. */
  const kept = new Map<string, Checkpoints>()
  let hasGit = false
  let walls: Promise<Sandbox> | null = null
  async function sandbox(): Promise<Sandbox> {
    walls ??= openWalls()
    try {
      return await walls
    } catch (error) {
      walls = null
      throw error
    }
  }

  async function openOnce(conversationId: string): Promise<{ entry: Opened; workspace: Workspace }> {
    const folder = await folderOf(conversationId)
    const { user } = (await sandbox()).report
    const home = workspaceHome(base, conversationId)
    const before = opened.get(conversationId)
    const entry: Opened =
      before !== undefined && before.folder === folder
        ? before
        : {
            folder,
            workspace: openWorkspace(home, limits, rulesFor(folder, user)),
            kept: null,
            git: null,
            copies: null,
          }
    opened.set(conversationId, entry)
    try {
      return { entry, workspace: await entry.workspace }
    } catch (error) {
      opened.delete(conversationId)
      throw error
    }
  }

  /** What is its own in a folder of this machine; null for a workspace of the server's. */
  async function folderParts(entry: Opened, workspace: Workspace, sandbox: Sandbox, run: RunOf) {
    if (entry.folder === null) return null
    const { ownerId, conversationId } = run
    const isWaitedFor = () => ports.isCopyWaitedFor(conversationId)
    entry.git ??= createFolderGit(workspace)
    entry.copies ??= new FolderCopies(workspace, sandbox, ownerId, limits, isWaitedFor)
    entry.kept ??= openWorkspace(join(workspace.home, 'kept'), keptLimits, {})
    return { git: entry.git, copies: entry.copies, kept: await entry.kept }
  }

  async function find(conversationId: string): Promise<Workspace | null> {
    return existsSync(workspaceHome(base, conversationId)) ? (await openOnce(conversationId)).workspace : null
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
    forget: (conversationId) => void opened.delete(conversationId),
    async open({ ownerId, conversationId }) {
      const { entry, workspace } = await openOnce(conversationId)
      const walls = await sandbox()
      const folder = await folderParts(entry, workspace, walls, { ownerId, conversationId })
      const author = () => authorOf(ownerId)
      return {
        ownerId,
        conversationId,
        workspace,
        kept: folder?.kept ?? workspace,
        git: createGitPort({ workspace, sandbox: walls, ownerId, author, home: folder?.git ?? null }),
        folder: folder?.copies ?? null,
        web,
        chats: chatsFor({ ownerId, conversationId }),
        openSandbox: ({ levels, languages, changes = false }) =>
          folder === null
            ? walls.open({ owner: ownerId, workspace: workspace.root, quota: limits, levels, languages })
            : folder.copies.open({ levels, languages }, changes),
      }
    },
    find,
    async checkpoints({ ownerId, conversationId }) {
      const workspace = await find(conversationId)
      // All of somebody's folder is too much to be kept with each step, and is not restored in one go.
      if (workspace === null || workspace.isElsewhere) return null
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
    async probe() {
      try {
        const { L3 } = (await sandbox()).report.levels
        return L3.available ? null : `${L3.reason} ${L3.howToInstall}`
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
    async remove(conversationIds) {
      for (const id of conversationIds) {
        opened.delete(id)
        kept.delete(id)
        await deleteWorkspace(workspaceHome(base, id))
      }
    },
    async close() {
      await walls?.then(
        (opened) => opened.close(),
        () => {},
      )
    },
  }
}

/** In a folder of this machine new files belong to whom the folder does, and a file may have several names. */
function rulesFor(folder: string | null, user: { uid: number; gid: number } | null): WorkspaceOptions {
  const owner = user === null ? {} : { owner: user }
  if (folder === null) return owner
  const { uid, gid } = statSync(folder)
  return { root: folder, hardLinks: true, shared: true, ...(user !== null && { owner: { uid, gid }, user }) }
}
