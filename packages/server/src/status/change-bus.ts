import type { ChatChange } from '@reynard/protocol'
import type { ChangeSink } from '../runs/ports.ts'
import { createMailbox } from './mailbox.ts'

/** Tells every open page of one person what to read again. */
export type ChangeBus = ChangeSink & {
  /** Tells everybody's open pages. */
  publishToAll(change: ChatChange): void
  /** Changes from now on, until `signal` aborts. A page that reads slowly misses no kind of change, only repeats of the same one. */
  watch(ownerId: string, signal: AbortSignal): AsyncGenerator<ChatChange, void>
}

/** A bus with nobody on it. */
export function createChangeBus(): ChangeBus {
  const mailboxes = new Map<string, Set<(change: ChatChange) => void>>()
  return {
    publish(ownerId, change) {
      for (const deliver of mailboxes.get(ownerId) ?? []) deliver(change)
    },
    publishToAll(change) {
      for (const of of mailboxes.values()) for (const deliver of of) deliver(change)
    },
    async *watch(ownerId, signal) {
      const mailbox = createMailbox<ChatChange>((change) => JSON.stringify(change))
      const of = mailboxes.get(ownerId) ?? new Set()
      mailboxes.set(ownerId, of.add(mailbox.deliver))
      try {
        yield* mailbox.read(signal)
      } finally {
        of.delete(mailbox.deliver)
        if (of.size === 0) mailboxes.delete(ownerId)
      }
    },
  }
}
