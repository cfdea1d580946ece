import type { ReynardClient } from '@reynard/client'
import type { RunEvent, SendResult } from '@reynard/protocol'

/** What a person has seen of one question by the time that the server was killed. */
export type AskedQuestion = {
  key: string
  text: string
  /** Null where the answer to `send` never came: the person does not know whether it was accepted. */
  accepted: SendResult | null
  seen: RunEvent[]
}

/** Asks, and watches the answer until the client is closed. Resolves when nothing more can come. */
export async function askAndWatch(client: ReynardClient, question: AskedQuestion): Promise<void> {
  question.accepted = await sendAgain(client, question).catch(() => null)
  if (!question.accepted) return
  try {
    for await (const event of client.followRun(question.accepted.runId)) {
      if (event.type !== 'rollback') question.seen.push(event)
    }
  } catch {
    // The client was closed: the server is dead.
  }
}

/** The same key: a question that was accepted is not asked twice. */
export function sendAgain(client: ReynardClient, { key, text }: AskedQuestion): Promise<SendResult> {
  return client.trpc.chat.send.mutate({ key, conversationId: null, parentId: null, text })
}

export function textOf(events: readonly RunEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
}
