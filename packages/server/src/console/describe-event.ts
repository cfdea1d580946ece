import type { ConsoleEvent, RunEvent } from '@reynard/protocol'

const longest = 160
const clip = (text: string) => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
const tokens = (count: number) => `${count} ${count === 1 ? 'token' : 'tokens'}`

/** An event in one line. Words of the chat, of tools and of files stand in it only where the owner looks; everybody else reads numbers and names. */
export function describeEvent(event: RunEvent, isOwn: boolean, toolOf: (callId: string) => string): ConsoleEvent {
  return { seq: event.seq, at: event.at, type: event.type, detail: clip(detailOf(event, isOwn, toolOf)) }
}

function detailOf(event: RunEvent, isOwn: boolean, toolOf: (callId: string) => string): string {
  switch (event.type) {
    case 'run-queued':
      return `place ${event.position}, in the ${event.place === 'queue' ? 'queue' : event.place}`
    case 'run-start':
      return `${event.model}, ${event.engine}`
    case 'model-loading':
      return event.model
    case 'context-fitted':
      return `${event.used} of ${tokens(event.budget)}, ${event.messages} messages${event.dropped.length > 0 ? `, ${event.dropped.length} left out` : ''}`
    case 'memories-recalled':
      return `${event.memories.length} recalled`
    case 'reasoning-delta':
    case 'text-delta':
      return isOwn ? event.text : tokens(event.tokens)
    case 'tool-call':
      return isOwn ? `${event.name} ${JSON.stringify(event.arguments)}` : event.name
    case 'approval-request':
      return isOwn ? `${toolOf(event.callId)}: ${event.facts.wants}` : toolOf(event.callId)
    case 'approval-decision':
      return `${toolOf(event.callId)}, ${event.decision}`
    case 'tool-start':
      return toolOf(event.callId)
    case 'tool-output':
      return isOwn ? event.text : toolOf(event.callId)
    case 'tool-result':
      return isOwn ? `${toolOf(event.callId)}: ${event.content}` : toolOf(event.callId)
    case 'tool-error':
      return `${toolOf(event.callId)}, ${event.failure}${isOwn ? `: ${event.message}` : ''}`
    case 'usage':
      return `read ${event.promptTokens ?? '–'}, written ${event.completionTokens ?? '–'}`
    case 'run-error':
      return isOwn ? `${event.code}: ${event.message}` : event.code
    case 'run-end':
      return event.by === undefined ? event.reason : `${event.reason}, by an ${event.by}`
    default:
      return event satisfies never
  }
}
