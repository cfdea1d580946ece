import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { SandboxError } from '../sandbox-error.ts'
import { inheritedDescriptors } from './inherited-descriptors.ts'
import { killGroup } from './kill-group.ts'
import { OutputCap, type OutputChunk } from './output-cap.ts'
import { programEnv } from './program-env.ts'
import { afterPrelude, type ShellPrelude } from './shell-prelude.ts'

export type RunChildOptions = {
  file: string
  args: readonly string[]
  /** The whole environment: nothing of the server's is passed on. */
  env: Readonly<Record<string, string>>
  cwd?: string
  /** Done in the child's process before the program. */
  prelude?: ShellPrelude
  stdin?: string | Uint8Array
  /** What the child reads at descriptors 3, 4, … */
  inputs?: readonly (string | Uint8Array)[]
  timeoutMs: number
  /** Cap of stdout and stderr together, bytes. */
  outputBytes: number
  signal?: AbortSignal
  onOutput?: (chunk: OutputChunk) => void
  /** Ends what the group's kill can't reach; called once, when the program itself has ended. */
  endRest?: () => void
}

type ChildEnding = 'exit' | 'timeout' | 'aborted' | 'flood'

/** `ended` says who ended it: itself (`exit`, with a code or a signal), the deadline, the caller, or the cap on its output. */
export type ChildResult = {
  ended: ChildEnding
  exitCode: number | null
  exitSignal: NodeJS.Signals | null
  stdout: Buffer
  stderr: Buffer
  truncated: boolean
  wallMs: number
}

/** After the program itself has ended, pipes that somebody else holds open are waited for this long. */
const pipeGraceMs = 250

/**
 * Runs a program in a process group of its own and waits for its end. Deadline, signal and flood kill the whole group with SIGKILL, at
 * once and synchronously; nothing asks politely, since the program is an attacker's. Always resolves with what was written until then.
 * @throws {SandboxError} `unavailable` when the program does not exist, `failed` when it could not be started
 */
export async function runChild(options: RunChildOptions): Promise<ChildResult> {
  const started = performance.now()
  const output = new OutputCap(options.outputBytes, options.onOutput)
  const result = (ended: ChildEnding, exitCode: number | null, exitSignal: NodeJS.Signals | null): ChildResult => ({
    ended,
    exitCode,
    exitSignal,
    stdout: output.bytes('stdout'),
    stderr: output.bytes('stderr'),
    truncated: output.truncated,
    wallMs: performance.now() - started,
  })
  if (options.signal?.aborted) return result('aborted', null, null)

  const child = start(options)
  let ended: ChildEnding = 'exit'
  const end = (why: ChildEnding) => {
    if (ended === 'exit') ended = why
    killGroup(child.pid)
  }
  const onAbort = () => end('aborted')
  options.signal?.addEventListener('abort', onAbort, { once: true })
  const deadline = setTimeout(end, options.timeoutMs, 'timeout')
  let grace: NodeJS.Timeout | undefined
  child.on('exit', () => {
    clearTimeout(deadline)
    killGroup(child.pid)
    options.endRest?.()
    grace = setTimeout(() => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }, pipeGraceMs)
  })
  try {
    const [stdin, stdout, stderr, ...inputs] = child.stdio as [Writable, Readable, Readable, ...Writable[]]
    stdout.on('data', (bytes: Buffer) => output.add('stdout', bytes) && end('flood'))
    stderr.on('data', (bytes: Buffer) => output.add('stderr', bytes) && end('flood'))
    feed(stdin, options.stdin ?? '')
    for (const [index, pipe] of inputs.entries()) feed(pipe, options.inputs?.[index] ?? '')
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return result(ended, code, signal)
  } catch (error) {
    throw describeSpawnError(options.file, error)
  } finally {
    clearTimeout(deadline)
    clearTimeout(grace)
    options.signal?.removeEventListener('abort', onAbort)
  }
}

let inherited: number[] | undefined

function start({ env, cwd, inputs = [], prelude, ...command }: RunChildOptions): ChildProcess {
  if (!isInstalled(command.file, env.PATH ?? ''))
    throw new SandboxError('unavailable', `${command.file} is not installed here.`)
  inherited ??= inheritedDescriptors()
  const { file, args } = afterPrelude(command, prelude, inherited)
  const stdio = ['pipe', 'pipe', 'pipe', ...inputs.map(() => 'pipe' as const)] as const
  try {
    return spawn(file, args, {
      env: programEnv(env),
      cwd,
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: [...stdio],
    })
  } catch (error) {
    throw describeSpawnError(command.file, error)
  }
}

/** Looked up by us: through the shell that closes descriptors, or a wrapper, a missing program would only be an exit code. */
function isInstalled(file: string, path: string): boolean {
  if (process.platform === 'win32') return true
  return file.includes('/') ? existsSync(file) : path.split(':').some((folder) => existsSync(join(folder, file)))
}

/** A program that ends without reading its input breaks the pipe: no error of ours. */
function feed(pipe: Writable, bytes: string | Uint8Array): void {
  pipe.on('error', () => {})
  pipe.end(bytes)
}

function describeSpawnError(file: string, error: unknown): SandboxError {
  const reason = error instanceof Error ? error.message : String(error)
  return new SandboxError('failed', `${file} could not be started: ${reason}`, { cause: error })
}
