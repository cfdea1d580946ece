import type { AnyTool, ToolOutput, ToolSession } from '@reynard/agent'
import { TOOLS } from '@reynard/agent'
import { createSandbox, GitRepository, openGitSession, openWorkspace, type Workspace } from '@reynard/sandbox'
import { makeTempFolder } from '../temp-folder.ts'

/** A conversation with a workspace, as a run has it, without a server around it. */
export type BenchPlace = {
  workspace: Workspace
  git: GitRepository
  session: ToolSession
  /** Calls a tool by name, as the loop does. */
  call(name: string, input: Record<string, unknown>): Promise<ToolOutput>
  close(): Promise<void>
}

export async function openBenchPlace(): Promise<BenchPlace> {
  const sandbox = await createSandbox()
  const { L3 } = sandbox.report.levels
  if (!L3.available) throw new Error(`Tools can't be measured here: ${L3.reason} ${L3.howToInstall}`)
  const { user } = sandbox.report
  const limits = { bytes: 2 * 1024 ** 3, entries: 200_000 }
  const folder = makeTempFolder('reynard-bench-tools-')
  const workspace = await openWorkspace(`${folder}/workspace`, limits, user === null ? {} : { owner: user })
  const git = new GitRepository(workspace, openGitSession(sandbox, workspace, 'bench'))
  const none = () => Promise.reject(new Error('Nothing of this is measured.'))
  const session: ToolSession = {
    ownerId: 'bench',
    conversationId: 'bench',
    workspace,
    git: { repository: async () => git, commit: none, author: none },
    kept: workspace,
    folder: null,
    web: { searchEngine: () => null, search: none, fetchPage: none },
    chats: { search: none },
    openSandbox: ({ levels, languages }) =>
      sandbox.open({ owner: 'bench', workspace: workspace.root, quota: limits, levels, languages }),
  }
  return {
    workspace,
    git,
    session,
    async call(name, input) {
      const tool = toolNamed(name)
      return await tool.execute(input, {
        session,
        sandbox: session.openSandbox({
          levels: tool.level === 'none' ? [] : [tool.level],
          languages: tool.languages ?? [],
        }),
        timeoutMs: tool.timeoutMs,
        signal: new AbortController().signal,
        print: () => {},
      })
    },
    close: () => sandbox.close(),
  }
}

function toolNamed(name: string): AnyTool {
  const tool = TOOLS.find((each) => each.name === name)
  if (tool === undefined) throw new Error(`There is no tool ${name}.`)
  return tool
}
