import type { StepCall } from './answer-steps.ts'
import { createPartQueue } from './part-queue.ts'
import type { PreparedCall, TurnTools } from './prepare-call.ts'
import { type CallEnvironment, type CallOutcome, runCall } from './run-call.ts'
import type { PendingCall, TurnPart } from './turn.ts'
import type { TurnBudget } from './turn-budget.ts'

/** How many read-only calls run at once. */
const sideBySide = 8

/**
 * Runs the calls of one step, whose `tool-call` parts were taken, in their order; read-only ones that follow each other run side by
 * side. Returns what the model reads of each, in the order of the calls; fewer than there were when the turn was stopped.
 */
export async function* runCalls(
  prepared: readonly PreparedCall[],
  env: Omit<CallEnvironment, 'push' | 'wallMsLeft'>,
  budget: TurnBudget,
  tools: TurnTools,
): AsyncGenerator<TurnPart, StepCall[], void> {
  // Whoever stops reading stops what runs, and so does a host that fails in the midst of it.
  const own = new AbortController()
  const signal = AbortSignal.any([env.signal, own.signal])
  try {
    return yield* runBatches(prepared, { ...env, signal }, budget, tools, () => own.abort())
  } finally {
    own.abort()
  }
}

async function* runBatches(
  prepared: readonly PreparedCall[],
  env: Omit<CallEnvironment, 'push' | 'wallMsLeft'>,
  budget: TurnBudget,
  tools: TurnTools,
  stop: () => void,
): AsyncGenerator<TurnPart, StepCall[], void> {
  const ended: StepCall[] = []
  for (const batch of batchesOf(prepared)) {
    if (env.signal.aborted) return ended
    const queue = createPartQueue<TurnPart>(joinOutput)
    const outcomes: CallOutcome[] = []
    const work = Promise.allSettled(
      batch.map(async (call, at) => {
        try {
          outcomes[at] =
            'run' in call
              ? await runCall(call.run, { ...env, wallMsLeft: budget.wallMsLeft(), push: queue.push })
              : refusal(call, queue.push)
        } catch (error) {
          stop()
          throw error
        }
      }),
    )
    yield* queue.until(work)
    for (const settled of await work) if (settled.status === 'rejected') throw settled.reason
    let longest = 0
    for (const [at, outcome] of outcomes.entries()) {
      if (outcome === null || outcome === undefined) continue
      const { name, arguments: given } = batch[at]!.part
      ended.push({ ...outcome.call, arguments: given })
      longest = Math.max(longest, outcome.ranMs)
      if (outcome.changed) tools.history.changed(name, given)
    }
    budget.actedFor(longest)
  }
  return ended
}

function refusal(call: Extract<PreparedCall, { refused: unknown }>, push: (part: TurnPart) => void): CallOutcome {
  const { callId, name, arguments: given } = call.part
  const { failure, message } = call.refused
  push({ type: 'tool-error', callId, failure, message })
  return { call: { callId, name, arguments: given, content: message, failed: true }, ranMs: 0, changed: false }
}

function batchesOf(prepared: readonly PreparedCall[]): PreparedCall[][] {
  const batches: PreparedCall[][] = []
  const together = (call: PreparedCall | undefined) => call !== undefined && (!('run' in call) || isRead(call.run))
  for (const call of prepared) {
    const last = batches.at(-1)
    if (last !== undefined && together(call) && together(last.at(-1)) && last.length < sideBySide) last.push(call)
    else batches.push([call])
  }
  return batches
}

const isRead = (call: PendingCall) => call.tool.effect === 'read'

/** What one call prints faster than it is taken goes out as one piece. */
function joinOutput(last: TurnPart, next: TurnPart): TurnPart | null {
  if (last.type !== 'tool-output' || next.type !== 'tool-output' || last.callId !== next.callId) return null
  return { ...last, text: last.text + next.text }
}
