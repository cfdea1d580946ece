import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createSandbox,
  GitRepository,
  openGitSession,
  openWorkspace,
  type Sandbox,
  type Workspace,
} from '@reynard/sandbox'
import type { AnyTool, ToolOutput } from '../tools/tool.ts'
import type { ToolSession } from '../tools/tool-session.ts'
import { noChats, noWeb } from './no-reach.ts'

/** A conversation with an empty workspace of 1 MB, and the walls of this machine. */
export type ToolKit = {
  /** Folder of the server's around the workspace: what is beside it must never be reached. */
  home: string
  workspace: Workspace
  sandbox: Sandbox
  session: ToolSession
  /** Calls a tool as the loop does. `printed` collects what it shows meanwhile. */
  call(tool: AnyTool, input: Record<string, unknown>, printed?: string[], signal?: AbortSignal): Promise<ToolOutput>
  close(): Promise<void>
}

const ada = { name: 'Ada', email: 'ada@example.org' }

/** For tests of tools: everything real but the model, and the web and the chats, of which there are none unless given. */
export async function openToolKit(reach: Partial<Pick<ToolSession, 'web' | 'chats'>> = {}): Promise<ToolKit> {
  const home = mkdtempSync(join(tmpdir(), 'reynard-tools-'))
  mkdirSync(join(home, 'beside'))
  const sandbox = await createSandbox()
  // Programs run as somebody else where this process is root: the files are theirs from the start.
  const { user } = sandbox.report
  const limits = { bytes: 1_000_000, entries: 1_000 }
  const workspace = await openWorkspace(join(home, 'w'), limits, user === null ? {} : { owner: user })
  const git = new GitRepository(workspace, openGitSession(sandbox, workspace, 'me'))
  const session: ToolSession = {
    ownerId: 'me',
    conversationId: 'chat',
    workspace,
    kept: workspace,
    git: {
      repository: async () => git,
      author: async () => ada,
      async commit(options, signal) {
        const commit = await git.commit({ ...options, author: ada }, signal)
        return { commit, branch: (await git.currentBranch()) ?? 'HEAD', ref: null }
      },
    },
    folder: null,
    web: noWeb,
    chats: noChats,
    ...reach,
    openSandbox: ({ levels, languages }) => sandbox.open({ owner: 'me', workspace: workspace.root, levels, languages }),
  }
  return {
    home,
    workspace,
    sandbox,
    session,
    call: (tool, input, printed = [], signal = new AbortController().signal) =>
      tool.execute(input, {
        session,
        sandbox: session.openSandbox({
          levels: tool.level === 'none' ? [] : [tool.level],
          languages: tool.languages ?? [],
          changes: tool.effect !== 'read',
        }),
        signal,
        timeoutMs: tool.timeoutMs,
        print: (text) => printed.push(text),
      }),
    async close() {
      await sandbox.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
