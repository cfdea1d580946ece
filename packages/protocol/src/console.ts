import { z } from 'zod'
import type { EngineStatus } from './engine-status.ts'
import type { ErrorCode } from './error-code.ts'
import type { RunPhase } from './reduce-run.ts'
import { type EngineKind, type RunEndReason, type RunEventType, runEndReasonSchema } from './run-event.ts'

export const overviewRangeSchema = z.enum(['hour', 'day', 'month'])
export type OverviewRange = z.infer<typeof overviewRangeSchema>

/** The middle of all values and what 95 of 100 stay below, in milliseconds; null where nothing was measured. */
export type Percentiles = { p50: number; p95: number } | null

/** How the server does, over a stretch of time that ends now. Times are UTC milliseconds. */
export type ConsoleOverview = {
  range: OverviewRange
  /** `waiting`: for a person's yes. `tokensPerSecond`: of all runs together, over the last ten seconds. */
  now: { running: number; queued: number; waiting: number; tokensPerSecond: number }
  slots: { total: number; free: number }
  /** Of runs that ended within the range, titles not counted. `errors`: why they failed, the most frequent first. */
  runs: {
    total: number
    failed: number
    interrupted: number
    stopped: number
    errors: { code: string; count: number }[]
  }
  /** From the slot to the first word; from the question to the end; from the question to the slot. */
  firstToken: Percentiles
  latency: Percentiles
  wait: Percentiles
  /** The same wait in the stretch of equal length before. */
  waitBefore: Percentiles
  /** Tokens per second by model in equal steps: `points[step][model]`. The last step is not over yet. */
  speed: {
    from: number
    stepMs: number
    models: string[]
    points: number[][]
    peak: { tokensPerSecond: number; at: number } | null
  }
  engines: ConsoleEngine[]
  /** Percents of all cores together, over the last seconds; null before anything was measured. */
  machine: {
    memoryBytes: number
    freeMemoryBytes: number
    processBytes: number
    cores: number
    cpuPercent: number | null
  }
}

/** An engine, and what it holds in memory. `memoryBytes`: of the machine that it runs on, where that is this one and it uses no GPU. */
export type ConsoleEngine = EngineStatus & {
  isActive: boolean
  models: { name: string; sizeBytes: number | null }[]
  memoryBytes: number | null
}

/** One run as the console shows it. What only its owner may read is null for everybody else: title and chat. */
export type ConsoleRun = {
  runId: string
  isOwn: boolean
  user: { id: string; name: string }
  source: 'ui' | 'api'
  conversationId: string | null
  title: string | null
  assistant: { id: string; name: string } | null
  engine: EngineKind | null
  model: string | null
  phase: RunPhase
  /** Its place in the queue from 1, while it waits for a slot. */
  position: number | null
  /** The tool that runs or waits for a yes. */
  tool: string | null
  endReason: RunEndReason | null
  errorCode: ErrorCode | null
  tokens: number
  promptTokens: number | null
  /** Over the last seconds while it lives; over its own writing time once it has ended. */
  tokensPerSecond: number | null
  /** Tokens per second over the last 30 s in steps of two, oldest first; empty before the first word and after the end. */
  recent: number[]
  createdAt: number
  startedAt: number | null
  firstTokenAt: number | null
  endedAt: number | null
}

/** What a run did when. `cut`: still going on. */
export type RunStretch = {
  kind: 'queue' | 'load' | 'prompt' | 'thinking' | 'writing' | 'tool' | 'approval'
  /** The name of the tool, for a tool and an approval. */
  tool: string | null
  from: number
  /** Null: it goes on. */
  to: number | null
}

/** An event of the log in one line. `detail` holds words of the chat only for its owner. */
export type ConsoleEvent = { seq: number; at: number; type: RunEventType; detail: string }

export type ConsoleRunDetails = {
  run: ConsoleRun
  stretches: RunStretch[]
  /** The newest ones, oldest first; `eventCount` of all. */
  events: ConsoleEvent[]
  eventCount: number
  /** The end of what it wrote; null for a run of somebody else. */
  text: string | null
}

const filterWord = z.string().trim().min(1).max(200)
export const listConsoleRunsInputSchema = z.object({
  userId: filterWord.optional(),
  model: filterWord.optional(),
  assistant: filterWord.optional(),
  endReason: runEndReasonSchema.optional(),
  /** Part of a person's name, of the title of one's own chat, or a run's id. */
  query: z.string().trim().max(200).optional(),
  /** Only runs accepted at or after this moment. */
  since: z.number().int().nonnegative().optional(),
  cursor: z.object({ createdAt: z.number().int(), runId: z.string().max(100) }).optional(),
  limit: z.number().int().min(1).max(100).default(50),
})
export type ListConsoleRunsInput = z.infer<typeof listConsoleRunsInputSchema>

/** Ended runs, newest first. */
export type ConsoleRunPage = {
  runs: ConsoleRun[]
  nextCursor: { createdAt: number; runId: string } | null
  /** What can be chosen in the filters. */
  choices: { users: { id: string; name: string }[]; models: string[]; assistants: string[] }
}
