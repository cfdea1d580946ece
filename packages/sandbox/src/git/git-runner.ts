import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { ProgramResult } from '../session/run-program.ts'
import type { RunOptions } from '../session/sandbox-session.ts'
import { byteExactAttributes, gitConfig } from './git-config.ts'

/** What git needs of a sandbox session: `SandboxSession` is one. It must have been opened on the workspace's `home`, for L3. */
export type GitSession = { run(options: RunOptions): Promise<ProgramResult> }
/** `stdout` is cut at `outputBytes` where `truncated`. */
export type GitAnswer = { exitCode: number | null; stdout: Buffer; stderr: string; truncated: boolean }
export type GitCall = {
  stdin?: string | Uint8Array
  env?: Readonly<Record<string, string>>
  /** 1 MiB unless told. */
  outputBytes?: number
  /** 30 s unless told; where there is a signal its owner has a deadline, and this is an hour. */
  timeoutMs?: number
  signal?: AbortSignal
}
/** Runs git at L3 on one GIT_DIR of the server's. A failing exit code is an answer. */
export type GitRunner = {
  workspace: Workspace
  /** Whether git may write the work tree: not in a folder of this machine, which is shown read-only. */
  writable: boolean
  run(args: readonly string[], call?: GitCall): Promise<GitAnswer>
  /** Several calls of git in one go behind the walls, as a shell script of ours; `args` are its `$1`, `$2` … */
  script(text: string, args: readonly string[], call?: GitCall): Promise<GitAnswer>
}

const inside = '/workspace'
const environment = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_ALLOW_PROTOCOL: '',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'false',
  GIT_LITERAL_PATHSPECS: '1',
  LC_ALL: 'C',
}

/**
 * A runner for `git`, the repository of a project, or for `checkpoints`, where the states of the work tree are kept; makes the GIT_DIR
 * where it is new. It lies in the workspace's home, beside the work tree: what the work tree brings as `.git` is never looked at.
 */
export function openGit(workspace: Workspace, session: GitSession, kind: 'git' | 'checkpoints'): GitRunner {
  makeGitDir(join(workspace.home, kind), workspace.user)
  const own = workspace.root === join(workspace.home, 'files')
  const gitDir = `${inside}/${kind}`
  const env = { ...environment, GIT_DIR: gitDir, GIT_WORK_TREE: own ? `${inside}/files` : '/tree' }
  const files: Record<string, string> = { [`${gitDir}/config`]: gitConfig }
  if (kind === 'checkpoints') files[`${gitDir}/info/attributes`] = byteExactAttributes
  const start = async (command: string, args: readonly string[], call: GitCall = {}): Promise<GitAnswer> => {
    const { outputBytes = 1 << 20, stdin, signal } = call
    const { timeoutMs = signal === undefined ? 30_000 : 3_600_000 } = call
    try {
      const result = await session.run({
        level: 'L3',
        command,
        args,
        env: { ...env, ...call.env },
        files,
        // A folder elsewhere is shown read-only: nothing but an approved file operation changes it.
        binds: own ? [] : [{ from: workspace.root, to: '/tree' }],
        limits: {
          timeoutMs,
          outputBytes,
          cpuSeconds: Math.max(60, Math.ceil(timeoutMs / 1000)),
          fileBytes: 2 ** 31,
          openFiles: 1024,
        },
        stdin,
        signal,
      })
      return { ...result, stdout: result.stdoutBytes }
    } catch (error) {
      // More than sixteen times what was asked for: a beginning is still an answer.
      if (!(error instanceof SandboxError) || error.code !== 'too-large' || !error.output) throw error
      return { exitCode: 0, stdout: Buffer.from(error.output.stdout), stderr: error.output.stderr, truncated: true }
    }
  }
  return {
    workspace,
    writable: own,
    run: (args, call) => start('git', ['--no-pager', ...args], call),
    script: (text, args, call) => start('sh', ['-c', text, 'sh', ...args], call),
  }
}

/** As `run`, but an exit code other than 0 throws `failed` with what git said, its first line, or `not-found` for a missing name. */
export async function runGit(runner: GitRunner, args: readonly string[], call?: GitCall): Promise<GitAnswer> {
  return succeeded(await runner.run(args, call))
}

/** The answer, or what `runGit` throws. */
export function succeeded(answer: GitAnswer): GitAnswer {
  if (answer.exitCode === 0) return answer
  const said = answer.stderr
    .replace(/^(?:fatal|error): /, '')
    .split('\n', 1)[0]
    ?.replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 300)
  const missing =
    /unknown revision|bad revision|not a valid|no such path|does not exist|Needed a single revision/i.test(said ?? '')
  throw new SandboxError(missing ? 'not-found' : 'failed', `git: ${said || `ended with ${answer.exitCode}`}`)
}

/** An empty GIT_DIR, as `git init` would make it, without what templates and a machine's settings would put into it. */
export function makeGitDir(path: string, owner: { uid: number; gid: number } | undefined): void {
  if (existsSync(join(path, 'HEAD'))) return
  const made = [path]
  for (const folder of ['objects/pack', 'objects/info', 'refs/heads', 'refs/tags', 'info']) {
    mkdirSync(join(path, folder), { recursive: true, mode: 0o700 })
    made.push(join(path, folder))
  }
  made.push(join(path, 'objects'), join(path, 'refs'))
  // The last one is what makes it a repository: a crash before it leaves one that is made again.
  for (const [name, text] of [
    ['config', gitConfig],
    ['info/attributes', ''],
    ['HEAD', 'ref: refs/heads/main\n'],
  ] as const) {
    writeFileSync(join(path, name), text, { mode: 0o600 })
    made.push(join(path, name))
  }
  if (owner) for (const one of made) chownSync(one, owner.uid, owner.gid)
}
