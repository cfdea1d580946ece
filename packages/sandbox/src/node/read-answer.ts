import { constants } from 'node:os'
import type { z } from 'zod'
import { SandboxError } from '../sandbox-error.ts'
import type { ProgramResult } from '../session/run-program.ts'

/** What Node says of a package, or of its build for this machine, that no install brought. */
const missing = /ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|Cannot find native binding/

/** A shell's way to say which signal ended a program. */
const signalBase = 128

/**
 * What a program of ours wrote: one JSON value of the expected form.
 * @throws {SandboxError} `unavailable` where a dependency is missing, `crashed` where it ended otherwise than by itself, `too-large` where its answer was cut, `failed` for another form
 */
export function readAnswer<Output>(result: ProgramResult, schema: z.ZodType<Output>): Output {
  const { exitCode, exitSignal, stdout, stderr, truncated } = result
  const cause = new Error(stderr.slice(0, 4_000))
  if (exitCode !== 0 && missing.test(stderr))
    throw new SandboxError('unavailable', 'A part of this tool is not installed here: run npm start once.', { cause })
  if (exitCode !== 0)
    throw new SandboxError('crashed', `The tool crashed${describeEnd(exitCode, exitSignal)}.`, { cause })
  if (truncated) throw new SandboxError('too-large', 'The tool gave back more than it may.', { cause })
  const answer = schema.safeParse(parse(stdout))
  if (answer.success) return answer.data
  throw new SandboxError('failed', 'The tool gave back something that is not its answer.', { cause: answer.error })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function describeEnd(exitCode: number | null, exitSignal: string | null): string {
  const number = exitCode !== null && exitCode > signalBase ? exitCode - signalBase : null
  const signal = exitSignal ?? Object.entries(constants.signals).find(([, each]) => each === number)?.[0]
  switch (signal) {
    case undefined:
      return ''
    case 'SIGKILL':
    case 'SIGXCPU':
      return ': it was ended for using too much memory or time'
    case 'SIGABRT':
      return ': it ran out of memory'
    default:
      return ` (${signal})`
  }
}
