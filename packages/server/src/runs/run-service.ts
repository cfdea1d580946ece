import type {
  continueInputSchema,
  DecideResult,
  decideInputSchema,
  RunEvent,
  RunReference,
  RunView,
  regenerateInputSchema,
  SendResult,
  sendInputSchema,
} from '@reynard/protocol'
import type { z } from 'zod'
import type { SendOptions } from './ports.ts'
import type { RunPlan } from './run-plan.ts'
import type { RunWatch } from './watch-run.ts'

export type SendInput = z.infer<typeof sendInputSchema>
export type RegenerateInput = z.infer<typeof regenerateInputSchema>
type DecideInput = z.infer<typeof decideInputSchema>
export type ContinueInput = z.infer<typeof continueInputSchema>

/** A run as it is now; `events` is its log so far, read and never written to. */
export type LiveRunState = {
  plan: Pick<RunPlan, 'runId' | 'ownerId' | 'conversationId' | 'source' | 'assistant' | 'createdAt'> & {
    request: Pick<RunPlan['request'], 'model'>
  }
  view: RunView
  events: readonly RunEvent[]
}

/** Starts, watches and ends runs. Each call says whose it is: what belongs to somebody else is `not-found`. */
export type RunService = {
  /**
   * Accepts a question: conversation, messages and run are durable when this resolves, and the run goes on by itself. The same key gives
   * the same ids. Throws `too-many-requests` (queue full), `conflict` (the answer before is still being written), `shutting-down`.
   */
  send(ownerId: string, input: SendInput, options?: SendOptions): Promise<SendResult>
  /** A second answer beside `messageId`. */
  regenerate(ownerId: string, input: RegenerateInput): Promise<SendResult>
  /** Goes on from what is there: a new run in the same answer. */
  continue(ownerId: string, input: ContinueInput): Promise<SendResult>
  /** Stops a run, waiting or running; its text stays. A run that has ended is left as it is. */
  cancel(ownerId: string, runId: string): Promise<void>
  /**
   * A person's answer to a call that waits. Resolves, once it is saved, with what counts: the first answer, whoever gave it. Throws
   * `not-found` where nothing ever waited under this name, `conflict` where the run ended without an answer.
   */
  decide(ownerId: string, input: DecideInput): Promise<DecideResult>
  /**
   * What happens in a run after event number `after`, each event once, until it ends or `signal` aborts. By the key of its start it may
   * be watched before it is accepted; a start that is refused ends the watch with the same error.
   */
  watch(ownerId: string, run: RunReference, after: number, signal: AbortSignal): RunWatch
  /** Every run that lives in this process, whoever it belongs to, in the order of acceptance: for who runs the server. */
  liveRuns(): LiveRunState[]
  /** Stops a run of anybody's, in the name of who runs the server; its owner is told so. One that has ended is left as it is. */
  stopByAdmin(runId: string): void
  /** The view of a run that lives in this process; undefined for any other. */
  liveView(runId: string): RunView | undefined
  /** What a person is asked for in a conversation, where a call of it waits: completes "wants to …". */
  waitsFor(conversationId: string): string | null
  /** Stops all runs that write under these messages (null: anywhere in the conversation) and waits until their ends are saved. */
  stopWithin(conversationId: string, messageIds: ReadonlySet<string> | null): Promise<void>
  /** Ends what a dead process left behind. Once, before the first call; resolves with how many answers there were. */
  recover(): Promise<number>
  /** Runs that live in this process. */
  /** Whether an answer of the conversation is being written, or waits to be. */
  isLive(conversationId: string): boolean
  liveCount(): number
  /** For statistics: live runs, their readers, and running calls of tools by their wall. */
  activity(): { runs: number; watchers: number; tools: ReadonlyMap<string, number> }
  /** Takes no new runs, gives live ones `graceMs`, interrupts the rest, saves all. */
  close(graceMs: number): Promise<void>
}
