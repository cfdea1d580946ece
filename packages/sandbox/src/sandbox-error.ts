/**
 * What can go wrong behind the walls. `denied`: a rule forbids it. `bad-path`: the path itself is not acceptable. `quota`: the
 * workspace is full. `too-large`: one thing is over its own limit. `too-many`: more entries, matches or waiting calls than allowed.
 * `unavailable`: this host lacks what the call needs. `crashed`: a program of ours came to its end through its input. `failed`: the work
 * itself went wrong.
 */
export type SandboxErrorCode =
  | 'denied'
  | 'not-found'
  | 'too-large'
  | 'quota'
  | 'bad-path'
  | 'timeout'
  | 'aborted'
  | 'unavailable'
  | 'too-many'
  | 'crashed'
  | 'failed'

/** What a program had written when it was ended. An attacker's text: cap, strip and mark it before a model or a page sees it. */
export type PartialOutput = { stdout: string; stderr: string; truncated: boolean }

/** The one error that this package throws on purpose. `message` may be shown to people and models: it names no path of the host. `output`: what it wrote before a deadline or a signal. */
export class SandboxError extends Error {
  readonly code: SandboxErrorCode
  readonly output: PartialOutput | undefined

  constructor(code: SandboxErrorCode, message: string, options: { cause?: unknown; output?: PartialOutput } = {}) {
    super(message, options)
    this.name = 'SandboxError'
    this.code = code
    this.output = options.output
  }
}
