import type { AgentMessage } from '../fit-context.ts'

/** What stays of a result that had to make room. Characters. */
const kept = 400

/**
 * The messages of a turn with as many tool results cut down as it takes to come below `free` tokens, the oldest first. The last result
 * is the one that the model is about to read, so it goes last. What is still too long then stays so.
 */
export function shortenResults(
  turn: AgentMessage[],
  free: number,
  tokensOf: (messages: AgentMessage[]) => number,
): AgentMessage[] {
  let messages = turn
  for (const [at, message] of turn.entries()) {
    for (const [step, { calls }] of (message.steps ?? []).entries()) {
      for (const [call, { content }] of calls.entries()) {
        for (const length of lengthsOf(content, isLast(turn, at, step, call))) {
          messages = withContent(messages, at, step, call, cutDown(content, length))
          if (tokensOf(messages) <= free) return messages
        }
      }
    }
  }
  return messages
}

/** What is tried in turn. The last result loses no more than it must. */
function lengthsOf(content: string, last: boolean): number[] {
  if (content.length <= kept * 2) return []
  return last ? [0.75, 0.5, 0.25, 0].map((part) => Math.max(kept, Math.floor(content.length * part))) : [kept]
}

function isLast(turn: AgentMessage[], at: number, step: number, call: number): boolean {
  const steps = turn[at]?.steps ?? []
  const later = turn.slice(at + 1).some((message) => message.steps !== undefined)
  return (
    !later && call === steps[step]!.calls.length - 1 && steps.slice(step + 1).every(({ calls }) => calls.length === 0)
  )
}

function cutDown(content: string, length: number): string {
  const left = content.slice(0, length).toWellFormed()
  return `${left}\n…[${content.length - length} more characters were left out to make room: call the tool again if you need them]`
}

function withContent(
  messages: AgentMessage[],
  at: number,
  step: number,
  call: number,
  content: string,
): AgentMessage[] {
  return messages.map((message, i) =>
    i !== at
      ? message
      : {
          ...message,
          steps: message.steps?.map((each, j) =>
            j !== step
              ? each
              : { ...each, calls: each.calls.map((one, k) => (k === call ? { ...one, content } : one)) },
          ),
        },
  )
}
