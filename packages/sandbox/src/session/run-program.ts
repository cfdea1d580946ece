import { randomUUID } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { adoptFolder } from '../bwrap/adopt-folder.ts'
import { bwrapSpawn } from '../bwrap/bwrap-command.ts'
import type { Bind } from '../bwrap/strict-profile.ts'
import { CallGroup } from '../cgroup/call-group.ts'
import { childSpawn } from '../child/child-spawn.ts'
import { killMarked } from '../child/kill-group.ts'
import type { Limits } from '../child/limits.ts'
import type { OutputChunk } from '../child/output-cap.ts'
import { type ChildResult, runChild } from '../child/run-child.ts'
import type { WorkspaceLimits } from '../files/quota.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { Walls } from './probe.ts'
import { watchDisk } from './watch-disk.ts'

export type ProgramCall = {
  level: 'L2' | 'L3'
  command: string
  args: readonly string[]
  /** Host folder that the program starts in: /workspace of L3. */
  workspace: string
  workspaceWritable: boolean
  /** The program is ended when the workspace outgrows this. */
  quota: WorkspaceLimits
  /** What else of this machine L3 shows, read-only. Chosen by a tool's own code, never by a model. */
  binds: readonly Bind[]
  files: Readonly<Record<string, string | Uint8Array>>
  env: Readonly<Record<string, string>>
  stdin: string | Uint8Array
  limits: Limits
  signal: AbortSignal
  onOutput?: (chunk: OutputChunk) => void
}

/** What a program left. Text and bytes are an attacker's: strip and mark them before a model or a page sees them. */
export type ProgramResult = {
  exitCode: number | null
  exitSignal: string | null
  stdout: string
  stderr: string
  stdoutBytes: Buffer
  truncated: boolean
  wallMs: number
}

const workspaceInside = '/workspace'

/**
 * Runs a program at L2 or L3 to its end.
 * @throws {SandboxError} `unavailable` (no such wall or program here), `timeout`, `aborted`, `too-large` (it floods), `quota`, `failed`; those that
 * end a running program carry what it wrote
 */
export async function runProgram(walls: Walls, call: ProgramCall): Promise<ProgramResult> {
  if (!existsSync(call.workspace)) throw new SandboxError('failed', 'The workspace of this call does not exist.')
  if (call.workspaceWritable) await adoptOnce(walls, call.workspace)
  const mark = `SANDBOX_CALL=${randomUUID()}`
  const spawn = call.level === 'L3' ? spawnL3(walls, call) : spawnL2(walls, call, mark)
  const group = walls.cgroup ? new CallGroup(walls.cgroup, call.limits) : null
  const full = new AbortController()
  const endWatch = call.workspaceWritable ? watchDisk(call.workspace, call.quota, () => full.abort()) : () => {}
  try {
    const result = await runChild({
      ...(group ? group.enter(spawn) : spawn),
      stdin: call.stdin,
      timeoutMs: call.limits.timeoutMs,
      outputBytes: call.limits.outputBytes,
      signal: AbortSignal.any([call.signal, full.signal]),
      onOutput: call.onOutput,
      endRest: () => {
        group?.kill()
        // L3 has a process namespace, which ends with its first process.
        if (call.level === 'L2' && !group) killMarked(mark)
      },
    })
    return toProgramResult(result, call, full.signal.aborted)
  } finally {
    endWatch()
    await group?.remove()
  }
}

/**
 * At a workspace's first call, since whatever writes files into it from then on gives them to the same user. One that was removed and made
 * anew at its place is another one, and not theirs yet.
 */
async function adoptOnce(walls: Walls, workspace: string): Promise<void> {
  if (!walls.user) return
  if (walls.adopted.has(workspace) && statSync(workspace).uid === walls.user.uid) return
  await adoptFolder(workspace, walls.user)
  walls.adopted.add(workspace)
}

function spawnL3(walls: Walls, call: ProgramCall) {
  if (!walls.bwrap) throw new SandboxError('unavailable', describeMissing(walls))
  const workspace = { from: call.workspace, to: workspaceInside, writable: call.workspaceWritable }
  const readOnly = call.binds.map(({ from, to }) => ({ from, to }))
  return bwrapSpawn(
    { ...call, binds: [workspace, ...readOnly], folder: workspaceInside, filter: walls.bwrap.filter },
    walls.bwrap.mode,
  )
}

function spawnL2(walls: Walls, call: ProgramCall, mark: string) {
  const [name = '', value = ''] = mark.split('=')
  return childSpawn({ ...call, folder: call.workspace, env: { ...call.env, [name]: value } }, walls.user)
}

function describeMissing(walls: Walls): string {
  const { L3 } = walls.report.levels
  return L3.available
    ? 'L3 is not available.'
    : `This needs isolation that the machine lacks: ${L3.reason} ${L3.howToInstall}`
}

function toProgramResult(result: ChildResult, call: ProgramCall, full: boolean): ProgramResult {
  const { exitCode, exitSignal, truncated, wallMs } = result
  const output = { stdout: result.stdout.toString(), stderr: result.stderr.toString(), truncated }
  switch (result.ended) {
    case 'timeout':
      throw new SandboxError('timeout', `The program ran longer than ${call.limits.timeoutMs} ms.`, { output })
    case 'aborted':
      if (full) throw new SandboxError('quota', 'The program was ended because it filled the workspace.', { output })
      throw new SandboxError('aborted', 'The program was stopped.', { output })
    case 'flood':
      throw new SandboxError('too-large', 'The program was ended because it wrote without end.', { output })
    case 'exit':
      break
  }
  // bwrap's own complaints name folders of the host.
  if (call.level === 'L3' && exitCode === 1 && output.stderr.startsWith('bwrap: '))
    throw new SandboxError('failed', 'The walls of this call could not be built.', { cause: new Error(output.stderr) })
  return { exitCode, exitSignal, ...output, stdoutBytes: result.stdout, wallMs }
}
