import type { AgentRequest } from '../run-agent.ts'
import type { AnyTool } from '../tools/tool.ts'
import { answerPlainly } from './answer-plainly.ts'
import { conversationWith, endsInText } from './answer-so-far.ts'
import { type AnswerStep, paragraph } from './answer-steps.ts'
import { createCallHistory } from './call-history.ts'
import { choiceInstruction, choiceLine, chooseStep, toolGuide } from './constrained.ts'
import { instructions } from './instructions.ts'
import { narrowTools, toolShare } from './narrow-tools.ts'
import { offered, type PreparedCall, prepareCall, type TurnTools } from './prepare-call.ts'
import { openCalls, resumedSteps } from './resume-turn.ts'
import { unlessAborted } from './run-call.ts'
import { runCalls } from './run-calls.ts'
import { systemClock } from './system-clock.ts'
import { type ErrorPart, type StepTaken, takeStep } from './take-step.ts'
import { toolDefinition } from './tool-definition.ts'
import type { Turn, TurnPart } from './turn.ts'
import { createTurnBudget } from './turn-budget.ts'

/** However little may still be written: enough for a last sentence. Tokens. */
const lastWords = 256
/** A model that can't call tools is not asked for calls for ever: after so many steps of wrong calls it answers. */
const mostWasted = 3

/**
 * Runs a turn: the model answers or calls tools, results go back to it, until it answers or a bound is reached.
 * Without tools of ours nothing is looked for in its text.
 */
export function runTurn(turn: Turn): AsyncGenerator<TurnPart, void, void> {
  return turn.request.assistantTools?.length ? runSteps(turn) : answerPlainly(turn)
}

async function* runSteps(turn: Turn): AsyncGenerator<TurnPart, void, void> {
  const { request, host, signal } = turn
  const { resume } = host
  const clock = host.clock ?? systemClock
  const windowTokens = Math.min(request.windowTokens, request.budgetTokens ?? request.windowTokens)
  const environment = { host, clock, signal, windowTokens }
  const budget = createTurnBudget(host.limits, resume)
  const all = request.assistantTools ?? []
  const narrowed = narrowTools(all, request.messages, windowTokens * toolShare - frameTokens(turn), (tool) =>
    definitionTokens(turn, tool),
  )
  const tools: TurnTools = {
    all,
    told: narrowed.kept,
    withdrawn: new Set(),
    mistaken: new Set(),
    history: createCallHistory(),
    ...(host.screen !== undefined && { screen: host.screen }),
  }
  const isChosen = request.toolMode === 'constrained' && narrowed.kept.length > 0
  const guide = isChosen ? toolGuide(narrowed.kept.map(toolDefinition)) : null
  let steps: AnswerStep[] = []
  let instruction: string | null = null
  /** The model may only answer: a bound is reached, or nobody could read its calls. */
  let last = false
  /** Steps in a row of which no call could be made. */
  let wasted = 0

  if (resume !== undefined) {
    const ended = yield* runCalls(openCalls(resume, tools), environment, budget, tools)
    steps = resumedSteps(resume, ended)
  } else if (host.beginWith !== undefined) {
    const prepared = host.beginWith.map((written) => prepareCall(written, tools, budget.reached()))
    budget.callsMade(prepared.length)
    for (const { part } of prepared) yield part
    steps = [{ reasoning: '', text: '', calls: yield* runCalls(prepared, environment, budget, tools) }]
  }
  for (;;) {
    const slot = signal.aborted
      ? null
      : await unlessAborted(
          host.beforeStep().then(() => 'there'),
          signal,
        )
    if (slot === null || signal.aborted) return yield stopped
    const tokensLeft = Math.max(lastWords, budget.tokensLeft())
    const maxTokens = Math.min(request.parameters.maxTokens ?? tokensLeft, tokensLeft)
    const startedAt = clock.now()
    const goesOn = steps.some(({ text }) => text.trim() !== '')
    const step: StepTaken = yield* stepOf(
      turn,
      { tools: last ? [] : offered(tools), last, goesOn },
      {
        ...request,
        messages: conversationWith(request, steps),
        mode: steps.length === 0 ? request.mode : 'answer',
        parameters: { ...request.parameters, maxTokens },
        // Results need the room more than an answer that is seldom as long as it may be.
        reservedTokens: Math.min(maxTokens, Math.floor(windowTokens / 4)),
        ...(guide !== null && { toolGuide: guide }),
        ...(instruction !== null && { instruction }),
        ...(narrowed.leftOut.length > 0 && { toolsLeftOut: narrowed.leftOut }),
      },
    )
    const withCalls = !last && step.calls.length > 0
    budget.stepTaken({ ms: clock.now() - startedAt, tokens: step.tokens, usage: step.usage, withCalls })

    if (step.failed !== null) {
      const { text, reasoning, failed } = step
      if (failed.unreadableCall !== true || last) return yield failed
      // Told once what was wrong; if that does not help it can at least answer.
      last = instruction !== null
      instruction = last ? instructions.last : instructions.unreadableCall(failed.message)
      if (text !== '') steps = [...steps, { reasoning, text, calls: [] }]
      continue
    }
    yield { type: 'usage', ...budget.usage() }
    // Small models often say nothing after a result: asked for it, they answer.
    const isSilent = step.text.trim() === '' && step.handedBack.length === 0 && step.reason === 'done'
    if (!withCalls && isSilent && steps.length > 0 && instruction === null) {
      instruction = instructions.afterSilence
      continue
    }
    if (!withCalls) {
      for (const call of step.handedBack) yield { type: 'tool-call', ...call }
      return yield { type: 'end', reason: step.handedBack.length > 0 ? 'tool-calls' : step.reason }
    }

    const prepared: PreparedCall[] = []
    const couldBeMade = (call: PreparedCall) => !('refused' in call)
    for (const written of step.calls) {
      const call = prepareCall(written, tools, budget.reached())
      if (!('refused' in call) || call.refused.failure !== 'limit') budget.callsMade(1)
      else last = true
      prepared.push(call)
      yield call.part
    }
    wasted = prepared.some(couldBeMade) ? 0 : wasted + 1
    last ||= wasted >= mostWasted
    const ended = yield* runCalls(prepared, environment, budget, tools)
    if (signal.aborted) return yield stopped
    steps = [...steps, { reasoning: step.reasoning, text: step.text, calls: ended }]
    instruction = last ? instructions.last : null
    if (step.handedBack.length > 0) {
      for (const call of step.handedBack) yield { type: 'tool-call', ...call }
      return yield { type: 'end', reason: 'tool-calls' }
    }
  }
}

type StepOptions = {
  tools: readonly AnyTool[]
  /** No call may be made any more. */
  last: boolean
  /** Something was written before this step. */
  goesOn: boolean
}

/** One step in the way of the model: with calls of its own format, by a constrained choice, or, where nothing may be called, plain. */
function stepOf(turn: Turn, { tools, last, goesOn }: StepOptions, request: AgentRequest) {
  // What is written after a call is a paragraph of its own, also for those who read the text without the calls.
  const lead = goesOn ? paragraph : ''
  const definitions = tools.map(toolDefinition)
  if (request.toolMode !== 'constrained') {
    const all = last ? [] : [...definitions, ...(request.tools ?? [])]
    return takeStep(turn, { ...request, tools: all }, 'scanned', lead)
  }
  // Half an answer is written on: there is nothing to choose in the middle of a sentence.
  const choose = definitions.length > 0 && !(request.mode === 'continue' && endsInText(request.messages))
  return choose
    ? chooseStep(turn, request, definitions, lead)
    : takeStep(turn, { ...request, tools: [] }, 'scanned', lead)
}

/** What the words around the tools take. */
function frameTokens({ request, estimator }: Turn): number {
  return request.toolMode === 'constrained' ? estimator.estimate(request.model, toolGuide([]) + choiceInstruction) : 0
}

function definitionTokens({ request, estimator }: Turn, tool: AnyTool): number {
  const definition = toolDefinition(tool)
  const text = request.toolMode === 'constrained' ? choiceLine(definition) : JSON.stringify(definition)
  return estimator.estimate(request.model, text)
}

const stopped: ErrorPart = { type: 'error', code: 'aborted', message: 'The answer was stopped.' }
