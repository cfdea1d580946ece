import type { z } from 'zod'
import type { Bind } from '../bwrap/strict-profile.ts'
import { type Limits, strictLimits, testLimits } from '../child/limits.ts'
import type { OutputChunk } from '../child/output-cap.ts'
import type { WorkspaceLimits } from '../files/quota.ts'
import { type CompiledPrograms, nodeArguments } from '../node/compiled-programs.ts'
import { locateProgram } from '../node/locate-program.ts'
import { readAnswer } from '../node/read-answer.ts'
import { findFigures } from '../python/find-figures.ts'
import { pythonCall } from '../python/python-call.ts'
import type { JavaScriptOptions, JavaScriptResult } from '../quickjs/javascript-runner.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { ProgramCall, ProgramResult } from './run-program.ts'
import type { SandboxLevel } from './sandbox-report.ts'

export type SandboxLanguage = 'javascript' | 'typescript' | 'python'

export type SessionOptions = {
  /** Whose turn it is when many wait: a user's id. */
  owner: string
  /**
   * Host folder of this conversation, made by the server. Programs write to it, and where the server is root it is given to their user: so
   * never a folder that somebody registered. Those are copied in by `fillScratch` or bound read-only.
   */
  workspace: string
  /** What the workspace may hold while a program runs in it: 2 GiB and 200,000 entries unless told. */
  quota?: WorkspaceLimits
  /** All that may be asked of this session; anything else is `denied`. */
  levels: readonly SandboxLevel[]
  languages?: readonly SandboxLanguage[]
  /** Programs see the workspace, and never write it: then it may be a folder that somebody registered. */
  readOnly?: boolean
  /** What else each program sees, read-only: chosen by the server, never by a model. */
  binds?: readonly Omit<Bind, 'writable'>[]
  /** Awaited before the first program of the session starts. */
  prepare?: (signal: AbortSignal | undefined) => Promise<void>
}

export type RunOptions = {
  level: 'L2' | 'L3'
  command: string
  args?: readonly string[]
  /** Which bounds: one snippet or query, or the tests of a project. `limits` replaces single ones. */
  profile?: 'strict' | 'test'
  limits?: Partial<Limits>
  workspaceWritable?: boolean
  binds?: readonly Omit<Bind, 'writable'>[]
  files?: Readonly<Record<string, string | Uint8Array>>
  env?: Readonly<Record<string, string>>
  stdin?: string | Uint8Array
  signal?: AbortSignal
  onOutput?: (chunk: OutputChunk) => void
}

export type PythonOptions = Pick<RunOptions, 'limits' | 'signal' | 'onOutput' | 'stdin'> & { code: string }

/** `figures`: PNG files in the workspace, as paths within it. */
export type PythonResult = ProgramResult & { figures: string[] }

export type NodeOptions<Output> = Pick<
  RunOptions,
  'limits' | 'profile' | 'signal' | 'files' | 'binds' | 'workspaceWritable'
> & {
  /** Path of a `.ts` or `.mjs` file of one of our packages: `join(import.meta.dirname, 'x.ts')`. Never chosen by a model. */
  program: string
  /** What it reads at stdin, as JSON. */
  input: unknown
  /** What it must write to stdout, as JSON: it has read an attacker's bytes, so nothing else comes out. */
  output: z.ZodType<Output>
}

/** What the sandbox does for its sessions: bounded, and ended when the sandbox closes. */
export type SessionRunner = {
  program(owner: string, call: Omit<ProgramCall, 'signal'> & { signal?: AbortSignal }): Promise<ProgramResult>
  javaScript(owner: string, options: JavaScriptOptions): Promise<JavaScriptResult>
  compiled: Pick<CompiledPrograms, 'of' | 'compile'>
}

const MiB = 1024 * 1024
const widestQuota: WorkspaceLimits = { bytes: 2048 * MiB, entries: 200_000 }
const pythonLimits: Limits = { ...strictLimits, memory: { kind: 'address', bytes: 1024 * MiB } }

/** What a tool gets to run things with: one workspace, and only the levels and languages that the tool declared. */
export class SandboxSession {
  readonly #options: SessionOptions
  readonly #runner: SessionRunner
  #prepared: Promise<void> | undefined

  constructor(options: SessionOptions, runner: SessionRunner) {
    this.#options = options
    this.#runner = runner
  }

  /**
   * Runs JavaScript or TypeScript at L1: no files, no network, no timers, 64 MiB.
   * @throws {SandboxError} `denied`, `timeout`, `aborted`, `too-many`, `too-large`, `failed`
   */
  async runJavaScript(options: JavaScriptOptions): Promise<JavaScriptResult> {
    this.#check('L1', options.language)
    return await this.#runner.javaScript(this.#options.owner, options)
  }

  /**
   * Runs a program in the workspace, without a shell. A failing exit code is a result.
   * @throws {SandboxError} `denied`, `unavailable`, `timeout`, `aborted`, `too-many`, `too-large`, `quota`, `failed`
   */
  async run(options: RunOptions): Promise<ProgramResult> {
    this.#check(options.level)
    this.#prepared ??= this.#options.prepare?.(options.signal)
    await this.#prepared
    const base = options.profile === 'test' ? testLimits : strictLimits
    return await this.#runner.program(this.#options.owner, {
      level: options.level,
      command: options.command,
      args: options.args ?? [],
      workspace: this.#options.workspace,
      workspaceWritable: this.#options.readOnly !== true && (options.workspaceWritable ?? true),
      quota: this.#options.quota ?? widestQuota,
      binds: [...(this.#options.binds ?? []), ...(options.binds ?? [])],
      files: options.files ?? {},
      env: options.env ?? {},
      stdin: options.stdin ?? '',
      limits: { ...base, ...options.limits },
      signal: options.signal,
      onOutput: options.onOutput,
    })
  }

  /**
   * Runs Python at L3 with what packages the machine has. Its last expression is printed, its open figures are saved as PNG.
   * @throws {SandboxError} as `run`
   */
  async runPython({ code, limits, ...options }: PythonOptions): Promise<PythonResult> {
    this.#check('L3', 'python')
    const { figures, ...call } = pythonCall(code)
    const result = await this.run({ ...options, ...call, level: 'L3', limits: { ...pythonLimits, ...limits } })
    return { ...result, figures: findFigures(this.#options.workspace, figures) }
  }

  /**
   * Runs a Node program of ours at L3, where it may parse what an attacker wrote: our own Node, the dependencies of its package and its
   * sources are there read-only, the workspace is /workspace (read-only unless told). No network, no environment. It takes JSON and gives
   * back JSON of at most 1 MiB unless `limits.outputBytes` says otherwise; what it prints as errors is the cause of the error. Its first call
   * compiles it, the calls after that start from there.
   * @throws {SandboxError} as `run`; `crashed` where the program came to its end through a signal or an exception
   */
  async runNode<Output>({ program, input, output, limits, ...options }: NodeOptions<Output>): Promise<Output> {
    const { compiled } = this.#runner
    const located = locateProgram(program)
    const from = compiled.of(located.program)
    try {
      const result = await this.run({
        workspaceWritable: false,
        ...options,
        level: 'L3',
        command: located.node,
        args: nodeArguments(located.program),
        binds: [...located.binds, ...from.binds, ...(options.binds ?? [])],
        env: from.env,
        stdin: JSON.stringify(input),
        limits: { outputBytes: MiB, ...limits },
      })
      return readAnswer(result, output)
    } finally {
      compiled.compile(located)
    }
  }

  #check(level: SandboxLevel, language?: SandboxLanguage): void {
    if (!this.#options.levels.includes(level)) throw new SandboxError('denied', `This session may not run at ${level}.`)
    if (language && !this.#options.languages?.includes(language))
      throw new SandboxError('denied', `This session may not run ${language}.`)
  }
}
