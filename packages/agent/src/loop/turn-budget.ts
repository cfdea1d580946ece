import type { RunView, Usage } from '@reynard/protocol'
import { answerSteps } from './answer-steps.ts'
import type { TurnLimits } from './turn.ts'

/** What a turn has spent of its bounds. */
export type TurnBudget = {
  /** A call of the model is over. `tokens`: generated, as counted by the engine, else by us. */
  stepTaken(step: { ms: number; tokens: number; usage: Usage; withCalls: boolean }): void
  /** Calls that were accepted, and how long they ran. Calls side by side count as the longest. */
  callsMade(count: number): void
  actedFor(ms: number): void
  /** Why no further call may be made, in words for the model; null while there may be. */
  reached(): string | null
  callsLeft(): number
  wallMsLeft(): number
  tokensLeft(): number
  /** Of the whole turn: generated tokens and times in sum, the prompt of the last step. */
  usage(): Usage
}

/** A budget that knows what a resumed run has spent before. */
export function createTurnBudget(limits: TurnLimits, before?: RunView): TurnBudget {
  let steps = before === undefined ? 0 : answerSteps(before).filter((step) => step.calls.length > 0).length
  let calls = before?.toolCalls.length ?? 0
  let wallMs = 0
  for (const { startedAt, endedAt } of before?.toolCalls ?? []) {
    if (startedAt !== null && endedAt !== null) wallMs += endedAt - startedAt
  }
  let tokens = before?.usage?.completionTokens ?? before?.tokens ?? 0
  let usage: Usage = before?.usage ?? {}
  return {
    stepTaken(step) {
      if (step.withCalls) steps += 1
      wallMs += step.ms
      tokens += step.tokens
      usage = sumUsage(usage, step.usage)
    },
    callsMade: (count) => {
      calls += count
    },
    actedFor: (ms) => {
      wallMs += ms
    },
    reached() {
      if (steps >= limits.steps) return `This answer has taken the ${limits.steps} steps that it may take.`
      if (calls >= limits.calls) return `This answer has made the ${limits.calls} tool calls that it may make.`
      if (wallMs >= limits.wallMs)
        return `This answer has worked for the ${Math.round(limits.wallMs / 1000)} s that it may.`
      if (tokens >= limits.generatedTokens)
        return `This answer has used the ${limits.generatedTokens} tokens that it may write.`
      return null
    },
    callsLeft: () => Math.max(0, limits.calls - calls),
    wallMsLeft: () => Math.max(0, limits.wallMs - wallMs),
    tokensLeft: () => Math.max(0, limits.generatedTokens - tokens),
    usage: () => usage,
  }
}

/** Of two calls of a model that follow each other: generated tokens and times in sum, the prompt of the later one. */
export function sumUsage(before: Usage, step: Usage): Usage {
  const added: Usage = { ...before }
  if (step.promptTokens !== undefined) added.promptTokens = step.promptTokens
  for (const key of ['completionTokens', 'choosingTokens', 'loadMs', 'promptMs', 'completionMs'] as const) {
    const value = step[key]
    if (value !== undefined) added[key] = (before[key] ?? 0) + value
  }
  return added
}
