import type { RunView, ToolCall } from '@reynard/protocol'
import { type AnswerStep, answerSteps, type StepCall } from './answer-steps.ts'
import { findTool, type PreparedCall, type TurnTools } from './prepare-call.ts'
import { readArguments } from './read-arguments.ts'

/** The calls of a run that had no end when the server stopped, ready to go on. Calls that were handed to a caller are none of ours. */
export function openCalls(view: RunView, tools: TurnTools): PreparedCall[] {
  for (const call of view.toolCalls) {
    tools.history.made(call.name, call.arguments)
    // As while it runs: code that was run may have changed files too.
    const isWritten = (call.state === 'done' && call.run?.effect === 'write') || call.changed !== undefined
    if (isWritten) tools.history.changed(call.name, call.arguments)
  }
  return view.toolCalls.filter(isOpen).map((call) => prepareAgain(call, tools))
}

/** The steps of the run, now that its open calls have come to an end too. */
export function resumedSteps(view: RunView, ended: readonly StepCall[]): AnswerStep[] {
  const results = new Map(ended.map((call) => [call.callId, call]))
  const toolCalls = view.toolCalls.map((call): ToolCall => {
    const result = results.get(call.callId)
    return result === undefined ? call : { ...call, state: result.failed ? 'failed' : 'done', content: result.content }
  })
  return answerSteps({ ...view, toolCalls })
}

function isOpen(call: ToolCall): boolean {
  return call.run !== null && call.state !== 'done' && call.state !== 'failed'
}

function prepareAgain(call: ToolCall, tools: TurnTools): PreparedCall {
  const { callId, name, arguments: given, run } = call
  const part = { type: 'tool-call' as const, callId, name, arguments: given, ...(run !== null && { run }) }
  if (call.state === 'running' && run?.effect !== 'read') {
    const message = 'The server stopped while this ran; whether it took effect is not known. Look before you repeat it.'
    return { part, refused: { failure: 'interrupted', message } }
  }
  const tool = findTool(tools.all, name)
  if (tool === null) return { part, refused: { failure: 'unavailable', message: `${name} is not there any more.` } }
  const read = readArguments(tool, given)
  if (!read.ok) {
    return { part, refused: { failure: 'bad-arguments', message: `The arguments do not fit ${name}: ${read.problem}` } }
  }
  return { part, run: { callId, tool, input: read.input } }
}
