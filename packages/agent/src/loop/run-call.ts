import type { ToolDisplay, ToolFailure, WorkspaceChange } from '@reynard/protocol'
import { SandboxError, type SandboxSession } from '@reynard/sandbox'
import type { AnyTool, ToolOutput } from '../tools/tool.ts'
import type { StepCall } from './answer-steps.ts'
import { capText, cleanDisplay, cleanText, outputCharacters } from './clean-output.ts'
import { keptOfFailure, modelContent } from './model-content.ts'
import type { PendingCall, TurnClock, TurnHost, TurnPart } from './turn.ts'

/** A tool that is told to stop gets this long to put things in order; then it is left behind. */
const graceMs = 2_000
/** Keeping the state before a call is shown when it takes longer. */
const shownAfterMs = 500
/** What a call prints beyond this is not kept. Characters. */
const mostPrinted = 200_000
const mostMessage = 2_000

export type CallEnvironment = {
  host: TurnHost
  clock: TurnClock
  signal: AbortSignal
  wallMsLeft: number
  windowTokens: number
  push(part: TurnPart): void
}

/** `ranMs`: without what was waited for. Null: the turn was stopped before the call began. */
export type CallOutcome = { call: StepCall; ranMs: number; changed: boolean } | null

type Execution =
  | { kind: 'output'; output: ToolOutput }
  | { kind: 'error'; error: unknown }
  /** It did not even stop when it was told to. */
  | { kind: 'left' }

/** One call from the decision to its result. Rejects only with what the host throws. */
export async function runCall(pending: PendingCall, env: CallEnvironment): Promise<CallOutcome> {
  const { callId, tool, input } = pending
  const { host, clock, signal, push } = env
  const base = { callId, name: tool.name, arguments: input }
  let changed: WorkspaceChange | null = null
  const fail = (failure: ToolFailure, text: string, display?: ToolDisplay, written = ''): StepCall => {
    const said = cleanText(capText(text, mostMessage).text)
    const message = written === '' ? said : `${said}\n${written}`
    const found = { ...(display !== undefined && { display }), ...(changed !== null && { changed }) }
    push({ type: 'tool-error', callId, failure, message, ...found })
    return { ...base, content: message, failed: true }
  }

  const decision = await unlessAborted(host.decide(pending, signal), signal)
  if (decision === null || signal.aborted) return null
  if (!decision.allowed) return { call: fail(decision.failure, decision.message), ranMs: 0, changed: false }

  const effects = tool.effect !== 'read'
  const changedSince = effects ? await keepState(pending, env) : undefined
  if (signal.aborted) return null
  if (effects) await host.ledger.begin(pending)
  if (signal.aborted && effects) await host.ledger.complete(callId, 'failed')
  if (signal.aborted) return null
  push({ type: 'tool-start', callId })
  const startedAt = clock.now()
  const limitMs = host.timeoutMs?.(tool) ?? tool.timeoutMs
  const deadlineMs = Math.min(limitMs, env.wallMsLeft)
  const { execution, late } = await execute(pending, env, deadlineMs)
  const ranMs = clock.now() - startedAt
  if (effects && execution.kind !== 'left') {
    await host.ledger.complete(callId, execution.kind === 'output' ? 'done' : 'failed')
  }
  // Who stops an answer does not wait for this: the state before is kept.
  if (changedSince !== undefined && !signal.aborted) changed = await unlessAborted(changedSince(), signal)
  // Code that was run may have changed files too: looking again is then no repetition.
  const done = (call: StepCall): CallOutcome => ({
    call,
    ranMs,
    changed: (tool.effect === 'write' && !call.failed) || changed !== null,
  })

  const display = displayOf(execution)
  const written =
    execution.kind === 'error' && !signal.aborted ? await keptOfFailure(pending, execution.error, host) : ''
  if (signal.aborted) return done(fail('aborted', 'It was stopped before it was done.', display))
  if (late) {
    return deadlineMs < limitMs
      ? done(fail('limit', 'The time of this answer was used up before it was done.', display, written))
      : done(
          fail(
            'timeout',
            `It took longer than the ${seconds(limitMs)} that it has, and was stopped.`,
            display,
            written,
          ),
        )
  }
  switch (execution.kind) {
    case 'error':
      return done(fail(failureOf(execution.error), messageOf(execution.error), display, written))
    case 'left':
      return done(fail('failed', 'It did not come to an end.'))
    case 'output': {
      const { content, truncated } = await modelContent(pending, execution.output, env)
      const display = cleanDisplay(execution.output.display)
      push({ type: 'tool-result', callId, content, truncated, display, ...(changed !== null && { changed }) })
      return done({ ...base, content, failed: false })
    }
  }
}

/** A first state of many files takes its time, which is then seen, and can be stopped. */
async function keepState(pending: PendingCall, { host, clock, signal, push }: CallEnvironment) {
  const kept = host.keepState?.(pending, signal)
  if (kept === undefined) return undefined
  const { callId } = pending
  const stopClock = clock.after(shownAfterMs, () => push({ type: 'tool-start', callId, keeping: true }))
  try {
    return (await unlessAborted(kept, signal)) ?? undefined
  } finally {
    stopClock()
  }
}

async function execute(
  { callId, tool, input }: PendingCall,
  { host, clock, signal, windowTokens, push }: CallEnvironment,
  deadlineMs: number,
): Promise<{ execution: Execution; late: boolean }> {
  const own = new AbortController()
  const left = Promise.withResolvers<Execution>()
  let printed = 0
  let late = false
  let over = false
  const stopAll: (() => void)[] = []
  const leaveBehind = () => stopAll.push(clock.after(graceMs, () => left.resolve({ kind: 'left' })))
  stopAll.push(
    clock.after(deadlineMs, () => {
      late = true
      own.abort()
      leaveBehind()
    }),
  )
  const stopped = () => {
    own.abort()
    leaveBehind()
  }
  signal.addEventListener('abort', stopped, { once: true })
  const print = (text: string) => {
    const clean = over || printed >= mostPrinted ? '' : cleanText(text.slice(0, mostPrinted - printed))
    printed += clean.length
    if (clean !== '') push({ type: 'tool-output', callId, text: clean })
  }
  const sandbox = sandboxFor(tool, host)
  const readable = outputCharacters(windowTokens)
  const work = Promise.resolve()
    .then(() => {
      const given = { session: host.session, sandbox, signal: own.signal, timeoutMs: deadlineMs, print, readable }
      return tool.execute(input, given)
    })
    .then(
      async (output): Promise<Execution> => ({ kind: 'output', output: await withCopy(output, sandbox, host) }),
      (error: unknown): Execution => ({ kind: 'error', error }),
    )
  try {
    return { execution: await Promise.race([work, left.promise]), late }
  } finally {
    over = true
    signal.removeEventListener('abort', stopped)
    for (const stop of stopAll) stop()
  }
}

/** What a program changed in its copy of a folder is told: only a call of its own brings it into the folder. */
async function withCopy(output: ToolOutput, sandbox: SandboxSession, { session }: TurnHost): Promise<ToolOutput> {
  const changed = (await session.folder?.changedBy(sandbox)) ?? null
  if (changed === null) return output
  const files = changed.changes.slice(0, 50).map(({ path, change }) => `${change}: ${path}`)
  const rest = changed.changes.length - files.length
  const note = [
    `It changed files in copy ${changed.copy} of the project, not in the project itself. To put them there, call apply_changes with this copy.`,
    ...files,
    ...(rest > 0 ? [`… and ${rest} more.`] : []),
  ]
  return { ...output, content: `${output.content}\n\n${note.join('\n')}` }
}

/** No more than the tool declares: for one without a wall, nothing. */
function sandboxFor({ level, effect, languages = [] }: AnyTool, { session }: TurnHost) {
  return session.openSandbox({ levels: level === 'none' ? [] : [level], languages, changes: effect !== 'read' })
}

/** What the walls say is told apart; all else is the tool's own failure. Compared by code: errors cross processes. */
function failureOf(error: unknown): ToolFailure {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'denied' || code === 'bad-path') return 'blocked'
  if (code === 'unavailable' || code === 'timeout') return code
  return 'failed'
}

/** What a person sees of it, also where a program was ended in the middle of its words. */
function displayOf(execution: Execution): ToolDisplay | undefined {
  if (execution.kind === 'output') return cleanDisplay(execution.output.display)
  const { error } = execution.kind === 'error' ? execution : { error: null }
  const output = error instanceof SandboxError ? error.output : undefined
  if (output === undefined) return undefined
  return cleanDisplay({ kind: 'terminal', text: `${output.stdout}${output.stderr}`, exitCode: null })
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message === '' ? 'It failed without saying why.' : message
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}

/** What is waited for, or null as soon as the turn is stopped. */
export async function unlessAborted<T>(wait: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const gone = Promise.withResolvers<null>()
  const stop = () => gone.resolve(null)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([wait, gone.promise])
  } catch (error) {
    if (signal.aborted) return null
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
