import type { Message } from '@reynard/protocol'

/** An answer as one would copy it: all generations joined. */
export function answerText(message: Message): string {
  return message.runs.length === 0 ? message.text : message.runs.map((run) => run.text).join('')
}
