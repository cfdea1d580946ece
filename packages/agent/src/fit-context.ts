import type { NewRunEvent } from '@reynard/protocol'
import { type TokenEstimator, tokensPerMessage } from './token-estimator.ts'

/** A message of the conversation as the loop sees it. `id` names it in what is reported as dropped. */
export type AgentMessage = { id: string; role: 'user' | 'assistant'; text: string }

export type ContextFitted = Extract<NewRunEvent, { type: 'context-fitted' }>

type FitInput = {
  model: string
  system: string | null
  /** From the first question to the last message, which is a question or an unfinished answer. */
  messages: AgentMessage[]
  /** The window in tokens, and how much of it the answer may need. */
  windowTokens: number
  answerTokens: number
  /** Counted against the window though not a message: tool definitions. */
  extraTokens?: number
  estimator: TokenEstimator
}

/** Turns: a question and what answers it. An answer without a question before it is a turn of its own. */
function turnsOf(messages: AgentMessage[]): AgentMessage[][] {
  const turns: AgentMessage[][] = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (message.role === 'user' || last === undefined) turns.push([message])
    else last.push(message)
  }
  return turns
}

/**
 * Chooses what the model sees: the system prompt and the last turn always, older turns newest first as long as whole ones fit.
 * An answer may claim at most half of the window, so that a long answer limit does not wipe the conversation out.
 */
export function fitContext(input: FitInput): { kept: AgentMessage[]; report: ContextFitted } {
  const { model, estimator, windowTokens } = input
  const cost = (message: AgentMessage) => estimator.estimate(model, message.text) + tokensPerMessage
  const system = input.system === null ? 0 : estimator.estimate(model, input.system) + tokensPerMessage
  const reserved = Math.min(input.answerTokens, Math.floor(windowTokens / 2))
  let free = windowTokens - reserved - system - (input.extraTokens ?? 0)
  let spent = 0

  const kept: AgentMessage[] = []
  const dropped: ContextFitted['dropped'] = []
  const turns = turnsOf(input.messages)
  let full = false
  for (let i = turns.length - 1; i >= 0; i -= 1) {
    const turn = turns[i]!
    const costs = turn.map(cost)
    const tokens = costs.reduce((sum, each) => sum + each, 0)
    const mustStay = i === turns.length - 1
    if (!full && (mustStay || tokens <= free)) {
      kept.unshift(...turn)
      free -= tokens
      spent += tokens
    } else {
      full = true
      dropped.unshift(...turn.map((message, at) => ({ messageId: message.id, tokens: costs[at]! })))
    }
  }
  return {
    kept,
    report: {
      type: 'context-fitted',
      budget: windowTokens,
      used: system + spent + (input.extraTokens ?? 0),
      reserved,
      system,
      messages: kept.length,
      calibrated: estimator.calibrated(model),
      dropped,
    },
  }
}
