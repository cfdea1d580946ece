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
        if (content.length <= kept * 2) continue
        messages = withContent(messages, at, step, call, cutDown(content))
        if (tokensOf(messages) <= free) return messages
      }
    }
  }
  return messages
}

function cutDown(content: string): string {
  const left = content.slice(0, kept).toWellFormed()
  return `${left}\n…[${content.length - kept} more characters were left out to make room: call the tool again if you need them]`
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
