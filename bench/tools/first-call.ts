import type { ReynardClient } from '@reynard/client'
import type { CallTask } from './tasks.ts'

/** What a model did first. `valid`: there is such a tool, and its arguments fit. `way`: how calls are made with this model. */
export type FirstStep = {
  way: 'native' | 'constrained' | null
  call: { name: string; arguments: Record<string, unknown>; valid: boolean } | null
  /** Why there was neither a call nor an answer. */
  failed: string | null
}

const longestMs = 300_000

/** Asks one question and stops the answer at its first call. */
export async function firstStep(client: ReynardClient, task: CallTask, model: string | null): Promise<FirstStep> {
  const { runId } = await client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: null,
    parentId: null,
    text: task.question,
    settings: { assistant: task.assistant },
    ...(model !== null && { model }),
  })
  const step: FirstStep = { way: null, call: null, failed: null }
  const late = AbortSignal.timeout(longestMs)
  for await (const event of client.followRun(runId, { signal: late })) {
    if (event.type === 'run-start') step.way = event.toolMode ?? null
    // Where a choice comes before all words, the first word says what was chosen; the rest of an answer is not what is asked here.
    if (event.type === 'text-delta' && step.way === 'constrained' && step.call === null) {
      await client.trpc.chat.cancel.mutate({ runId })
      break
    }
    if (event.type === 'tool-call' && step.call === null)
      step.call = { name: event.name, arguments: event.arguments, valid: true }
    // By what comes next it is known whether the call stood.
    const stands = event.type === 'approval-request' || event.type === 'tool-start'
    if (event.type === 'tool-error' && step.call !== null)
      step.call.valid &&= event.failure !== 'bad-arguments' && event.failure !== 'unknown-tool'
    if (stands || event.type === 'tool-error') {
      await client.trpc.chat.cancel.mutate({ runId })
      break
    }
    if (event.type === 'run-error') step.failed = event.message
  }
  if (late.aborted) {
    step.failed = `It took longer than ${longestMs / 60_000} minutes.`
    await client.trpc.chat.cancel.mutate({ runId })
  }
  return step
}

/** Whether it is the step that the task knows as right: the same tool, with the same of those arguments that decide. */
export function isRight({ tool, call, key }: CallTask, { call: made, failed }: FirstStep): boolean {
  if (failed !== null) return false
  if (made === null || tool === null) return (made?.name ?? null) === tool
  return made.valid && made.name === tool && key.every((name) => plain(made.arguments[name]) === plain(call[name]))
}

function plain(value: unknown): string {
  return String(value ?? '')
    .trim()
    .toLowerCase()
    .replace(/^\.?\/(?:workspace\/)?/, '')
    .replace(/\/$/, '')
}
