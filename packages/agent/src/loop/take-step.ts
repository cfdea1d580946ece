import type { EngineToolCall } from '@reynard/engine'
import type { Usage } from '@reynard/protocol'
import { type AgentPart, type AgentRequest, runAgent } from '../run-agent.ts'
import type { WrittenCall } from './prepare-call.ts'
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

/** Calls the model once and passes on what it says. Its calls are kept back: they are made when it has spoken to its end. */
export async function* takeStep(turn: Turn, request: AgentRequest): AsyncGenerator<AgentPart, StepTaken, void> {
  const { engine, estimator, signal, pace } = turn
  const handBack = new Set(turn.request.tools?.map((tool) => tool.name))
  for (const tool of turn.request.assistantTools ?? []) handBack.delete(tool.name)
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
  for await (const part of runAgent({ request, engine, estimator, signal, ...(pace !== undefined && { pace }) })) {
    switch (part.type) {
      case 'text':
        step.text += part.text
        seen += part.tokens ?? 1
        yield part
        break
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
      case 'end':
        step.reason = part.reason === 'length' ? 'length' : 'done'
        break
      case 'error':
        step.failed = part
        break
      default:
        yield part
    }
  }
  step.tokens = step.usage.completionTokens ?? seen
  return step
}
