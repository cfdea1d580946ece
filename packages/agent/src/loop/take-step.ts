import type { EngineToolCall } from '@reynard/engine'
import type { Usage } from '@reynard/protocol'
import { type AgentPart, type AgentRequest, runAgent } from '../run-agent.ts'
import { findTool, type WrittenCall } from './prepare-call.ts'
import { createTextCallScanner, type Scanned } from './text-calls.ts'
import type { Turn } from './turn.ts'

export type ErrorPart = Extract<AgentPart, { type: 'error' }>

/** One call of the model. `failed`: set where it ended by an error; what came before that is there all the same. */
export type StepTaken = {
  text: string
  reasoning: string
  calls: WrittenCall[]
  /** Calls of the caller's own tools, which are not run here. */
  handedBack: EngineToolCall[]
  reason: 'done' | 'length'
  usage: Usage
  /** Generated, as the engine counted, else as we saw them. */
  tokens: number
  failed: ErrorPart | null
}

/** What is done with the text: passed on but for the calls that are written in it, or only gathered. */
export type TextWay = 'scanned' | 'silent'

/**
 * Calls the model once and passes on what it says. Its calls are kept back: they are made when it has spoken to its end. `lead`: stands
 * before the first text that is passed on, and is not the model's.
 */
export async function* takeStep(
  turn: Turn,
  request: AgentRequest,
  way: TextWay,
  lead = '',
): AsyncGenerator<AgentPart, StepTaken, void> {
  const { engine, estimator, signal, pace, observer } = turn
  const handBack = new Set(turn.request.tools?.map((tool) => tool.name))
  const all = turn.request.assistantTools ?? []
  for (const tool of all) handBack.delete(tool.name)
  const step: StepTaken = {
    text: '',
    reasoning: '',
    calls: [],
    handedBack: [],
    reason: 'done',
    usage: {},
    tokens: 0,
    failed: null,
  }
  let seen = 0
  /** Tokens of text that the scanner holds back. */
  let held = 0
  let before = lead
  const scanner = way === 'scanned' ? createTextCallScanner((name) => findTool(all, name) !== null) : null
  const shown = ({ text, calls }: Scanned): AgentPart | null => {
    step.calls.push(...calls)
    step.text += text
    if (text === '' || way === 'silent') return null
    const tokens = Math.max(1, held)
    const shownText = before + text
    held = 0
    before = ''
    return tokens === 1 ? { type: 'text', text: shownText } : { type: 'text', text: shownText, tokens }
  }
  const given = { ...(pace !== undefined && { pace }), ...(observer !== undefined && { observer }) }
  for await (const part of runAgent({ request, engine, estimator, signal, ...given })) {
    switch (part.type) {
      case 'text': {
        seen += part.tokens ?? 1
        held += part.tokens ?? 1
        const text = shown(scanner?.push(part.text) ?? { text: part.text, calls: [] })
        if (text !== null) yield text
        break
      }
      case 'reasoning':
        step.reasoning += part.text
        seen += part.tokens ?? 1
        yield part
        break
      case 'tool-call': {
        const { callId, name, arguments: given } = part
        if (handBack.has(name)) step.handedBack.push({ callId, name, arguments: given })
        else step.calls.push({ name, arguments: given })
        break
      }
      case 'usage': {
        const { type: _type, ...usage } = part
        step.usage = usage
        break
      }
      case 'end': {
        const rest = scanner === null ? null : shown(scanner.end())
        if (rest !== null) yield rest
        step.reason = part.reason === 'length' ? 'length' : 'done'
        break
      }
      case 'error': {
        const rest = scanner === null ? null : shown(scanner.end())
        if (rest !== null) yield rest
        step.failed = part
        break
      }
      default:
        yield part
    }
  }
  step.tokens = step.usage.completionTokens ?? seen
  return step
}
