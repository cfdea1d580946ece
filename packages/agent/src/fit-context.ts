import type { EngineMessage } from '@reynard/engine'
import type { NewRunEvent } from '@reynard/protocol'
import { type AttachedFiles, tokensPerImage } from './attached-files.ts'
import type { AnswerStep } from './loop/answer-steps.ts'
import { toModelMessages } from './loop/model-messages.ts'
import { shortenResults } from './loop/shorten-results.ts'
import type { ToolMode } from './loop/turn.ts'
import { type RecalledFact, recallBlock, summaryBlock } from './recall-block.ts'
import { type TokenEstimator, tokensPerMessage } from './token-estimator.ts'

/**
 * A message of the conversation as the loop sees it. `id` names it in what is reported as dropped. `steps`: an answer with calls, which
 * the model reads instead of `text` (see `answerSteps`). `files`: what came with a question.
 */
export type AgentMessage = {
  id: string
  role: 'user' | 'assistant'
  text: string
  steps?: readonly AnswerStep[]
  files?: AttachedFiles
}

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
  toolsLeftOut?: string[]
  /** Stands before what was recalled, which changes with the question. Counted in `extraTokens`. */
  toolGuide?: string
  /** Native when absent. */
  toolMode?: ToolMode
  /** Stands for the messages up to this one. Without that message on the path it counts for nothing. */
  summary?: { messageId: string; text: string } | null
  memories?: readonly RecalledFact[]
  estimator: TokenEstimator
}

/** A summary, whoever wrote it, leaves room for what it is there for. */
const summaryShare = 0.25

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

/** Thoughts are read again only within the answer that they belong to. */
function withoutThoughts(message: AgentMessage, at: number, all: readonly AgentMessage[]): AgentMessage {
  if (message.steps === undefined || at === all.length - 1) return message
  return { ...message, steps: message.steps.map((step) => ({ ...step, reasoning: '' })) }
}

/**
 * Chooses what the model sees: the system prompt and the last turn always, older turns newest first as long as whole ones fit.
 * An answer may claim at most half of the window, so that a long answer limit does not wipe the conversation out.
 * A turn whose tool results are too long for what is free is kept with its results cut down.
 */
export function fitContext(input: FitInput): {
  kept: AgentMessage[]
  /** The system prompt with the guide to the tools and what was recalled. */
  system: string | null
  report: ContextFitted
} {
  const { model, estimator, windowTokens } = input
  const mode = input.toolMode ?? 'native'
  const filesCost = ({ files }: AgentMessage) =>
    files === undefined ? 0 : estimator.estimate(model, files.text) + files.images.length * tokensPerImage
  const cost = (message: AgentMessage) => {
    if (message.steps === undefined)
      return estimator.estimate(model, message.text) + tokensPerMessage + filesCost(message)
    return toModelMessages(message, mode).reduce((sum, each) => sum + tokensOf(each), 0)
  }
  const tokensOf = (message: EngineMessage) => {
    const calls = message.role === 'assistant' && message.toolCalls ? JSON.stringify(message.toolCalls) : ''
    const reasoning = message.role === 'assistant' ? (message.reasoning ?? '') : ''
    return estimator.estimate(model, message.content + reasoning + calls) + tokensPerMessage
  }
  const summarised = summaryOf(input)
  const summary = summarised === null ? 0 : estimator.estimate(model, summarised.block) + tokensPerMessage
  const recalled = input.memories?.length ? recallBlock(input.memories) : null
  const memory = recalled === null ? 0 : estimator.estimate(model, recalled)
  const system = input.system === null ? 0 : estimator.estimate(model, input.system) + tokensPerMessage
  const reserved = Math.min(input.answerTokens, Math.floor(windowTokens / 2))
  let free = windowTokens - reserved - system - memory - summary - (input.extraTokens ?? 0)
  let spent = 0

  const kept: AgentMessage[] = []
  const dropped: ContextFitted['dropped'] = []
  const turns = turnsOf(input.messages.map(withoutThoughts).slice(summarised?.messages ?? 0))
  let full = false
  for (let i = turns.length - 1; i >= 0; i -= 1) {
    let turn = turns[i]!
    let costs = turn.map(cost)
    let tokens = sumOf(costs)
    const mustStay = i === turns.length - 1
    if (!full && tokens > free && turn.some((message) => message.steps !== undefined)) {
      const short = shortenResults(turn, free, (messages) => sumOf(messages.map(cost)))
      if (mustStay || sumOf(short.map(cost)) <= free) {
        turn = short
        costs = turn.map(cost)
        tokens = sumOf(costs)
      }
    }
    if (!full && (mustStay || tokens <= free)) {
      kept.unshift(...turn)
      free -= tokens
      spent += tokens
    } else {
      full = true
      dropped.unshift(...turn.map((message, at) => ({ messageId: message.id, tokens: costs[at]! })))
    }
  }
  const files = sumOf(kept.map(filesCost))
  // Of the earlier ones the answers to their questions have said it.
  const filesCut = kept.findLast(({ role }) => role === 'user')?.files?.cut ?? []
  return {
    kept: summarised === null ? kept : withSummary(kept, summarised.block),
    system: [input.system, input.toolGuide, recalled].filter(Boolean).join('\n\n') || null,
    report: {
      type: 'context-fitted',
      budget: windowTokens,
      used: system + memory + summary + spent + (input.extraTokens ?? 0),
      reserved,
      system,
      messages: kept.length,
      calibrated: estimator.calibrated(model),
      dropped,
      ...(input.extraTokens && { tools: input.extraTokens }),
      ...(input.toolsLeftOut?.length && { toolsLeftOut: input.toolsLeftOut }),
      ...(memory > 0 && { memory }),
      ...(summarised !== null && { summary, summarised: summarised.messages }),
      ...(files > 0 && { files }),
      ...(filesCut.length > 0 && { filesCut }),
    },
  }
}

/** The summary as the model reads it, and how many of the messages it stands for; null where it stands for none of these. */
function summaryOf({ summary, messages, model, estimator, windowTokens }: FitInput) {
  const at = summary ? messages.findIndex(({ id }) => id === summary.messageId) : -1
  // What is asked now is never summarised away.
  if (!summary || at < 0 || at === messages.length - 1) return null
  const tokens = estimator.estimate(model, summary.text)
  const most = Math.floor(windowTokens * summaryShare)
  const text =
    tokens <= most ? summary.text : `${summary.text.slice(0, (summary.text.length * most) / tokens).toWellFormed()} …`
  return { block: summaryBlock(text), messages: at + 1 }
}

/** Not a message of its own where a question can carry it: some templates take no two of one role in a row. */
function withSummary(kept: AgentMessage[], block: string): AgentMessage[] {
  const [first, ...rest] = kept
  if (first?.role === 'user') return [{ ...first, text: `${block}\n\n${first.text}` }, ...rest]
  return [{ id: 'summary', role: 'user', text: block }, ...kept]
}

function sumOf(counts: number[]): number {
  return counts.reduce((sum, each) => sum + each, 0)
}
