import { type AgentPart, type AgentRequest, runAgent } from '../run-agent.ts'
import { instructions } from './instructions.ts'
import type { Turn } from './turn.ts'
import { sumUsage } from './turn-budget.ts'

/**
 * A turn without tools of ours. Calls of the caller's own tools are handed over; a call of any other tool is nobody's to run, so a model
 * that says nothing beside it is asked once more, for words.
 */
export async function* answerPlainly(turn: Omit<Turn, 'host'>): AsyncGenerator<AgentPart, void, void> {
  const callers = new Set(turn.request.tools?.map((tool) => tool.name))
  let request: AgentRequest = turn.request
  let usage = {}
  for (const isLast of [false, true]) {
    let isAnswered = false
    let isHanded = false
    let strays = 0
    let isOver = true
    for await (const part of runAgent({ ...turn, request })) {
      if (part.type === 'text') isAnswered ||= part.text.trim() !== ''
      else if (part.type === 'tool-call') {
        isHanded ||= callers.has(part.name)
        if (!callers.has(part.name)) {
          strays += 1
          continue
        }
      } else if (part.type === 'usage') {
        const { type, ...step } = part
        usage = sumUsage(usage, step)
        yield { type, ...usage }
        continue
      } else if (part.type === 'end' && strays > 0) {
        if (isHanded) return yield part
        if (isAnswered) return yield { type: 'end', reason: part.reason === 'length' ? 'length' : 'done' }
        if (isLast) return yield onlyCalls
        isOver = false
        break
      }
      yield part
    }
    if (isOver) return
    const { tools: _tools, ...rest } = turn.request
    request = { ...rest, instruction: instructions.last }
  }
}

const onlyCalls: AgentPart = {
  type: 'error',
  code: 'engine-failed',
  message: 'The model calls tools that are not there instead of answering. Let it use its tools, or ask another model.',
}
