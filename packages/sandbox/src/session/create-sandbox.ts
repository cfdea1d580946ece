import { availableParallelism } from 'node:os'
import type { UnprivilegedUser } from '../child/become-user.ts'
import { openCompiledPrograms } from '../node/compiled-programs.ts'
import { JavaScriptRunner } from '../quickjs/javascript-runner.ts'
import { SandboxError } from '../sandbox-error.ts'
import { Admission } from '../semaphore/admission.ts'
import { probeWalls } from './probe.ts'
import { runProgram } from './run-program.ts'
import type { SandboxReport } from './sandbox-report.ts'
import { SandboxSession, type SessionOptions } from './sandbox-session.ts'

export type SandboxOptions = {
  /** Calls at once (default: one per core, at least 2), and how many may wait: of all (64) and of one owner (16). */
  slots?: number
  waiting?: number
  waitingPerOwner?: number
  /** Who tool children are where this process is root; `nobody` unless told. */
  user?: UnprivilegedUser
}

/** The walls of one server process. */
export type Sandbox = {
  /** Which walls this machine has, and why not the others. */
  report: SandboxReport
  /** For one tool call or conversation; costs nothing and needs no end. */
  open(options: SessionOptions): SandboxSession
  /** Ends every running call and refuses further ones. Resolves when all have ended. */
  close(): Promise<void>
}

/** Probes the walls of this machine and bounds what runs behind them. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const walls = await probeWalls(options)
  const javaScript = new JavaScriptRunner()
  const compiled = openCompiledPrograms(walls)
  const { slots = Math.max(2, availableParallelism()), waiting = 64, waitingPerOwner = 16 } = options
  const admission = new Admission({ slots, waiting, waitingPerOwner })
  const closing = new AbortController()
  const running = new Set<Promise<unknown>>()

  /** Waits for a slot, runs with a signal that also the closing raises, and gives the slot back. */
  async function admit<Result>(
    owner: string,
    asked: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (closing.signal.aborted) throw new SandboxError('aborted', 'The sandbox is closing.')
    const signal = asked ? AbortSignal.any([asked, closing.signal]) : closing.signal
    const release = await admission.acquire(owner, signal)
    const call = run(signal)
    const settled = call.catch(() => {})
    running.add(settled)
    try {
      return await call
    } finally {
      running.delete(settled)
      release()
    }
  }

  return {
    report: walls.report,
    open: (session) =>
      new SandboxSession(session, {
        program: (owner, call) => admit(owner, call.signal, (signal) => runProgram(walls, { ...call, signal })),
        javaScript: (owner, snippet) =>
          admit(owner, snippet.signal, (signal) => javaScript.run({ ...snippet, signal })),
        compiled,
      }),
    async close() {
      closing.abort()
      await Promise.all(running)
      await compiled.close()
      await javaScript.close()
    },
  }
}
