import type {
  ConsoleOverview,
  ConsoleRun,
  ConsoleRunDetails,
  ConsoleRunPage,
  ListConsoleRunsInput,
  OverviewRange,
} from '@reynard/protocol'

/** Who looks. `readsOwn`: may read chats at all, and so the words of their own runs; others' words nobody sees here. */
export type Viewer = { userId: string; readsOwn: boolean }

/** What who runs the server sees of it: how it does, and every run, without a word of other people's chats. */
export type ConsoleService = {
  overview(range: OverviewRange): Promise<ConsoleOverview>
  /** The overview as it is, then each change, at most once a second. */
  watchOverview(range: OverviewRange, signal: AbortSignal): AsyncGenerator<ConsoleOverview, void>
  /** Every run that lives, in the order of acceptance, then each change, at most once a second. */
  watchRuns(viewer: Viewer, signal: AbortSignal): AsyncGenerator<ConsoleRun[], void>
  /** Runs that have ended, newest first. */
  listRuns(viewer: Viewer, input: ListConsoleRunsInput): Promise<ConsoleRunPage>
  /** A run with what it did when and its log, then each change, until it has ended. Throws `not-found`. */
  watchRun(viewer: Viewer, runId: string, signal: AbortSignal): AsyncGenerator<ConsoleRunDetails, void>
  /** Stops a run of anybody's; its owner is told that an admin did. Throws `not-found`; one that has ended is left as it is. */
  stopRun(runId: string): Promise<void>
  /** The same for all that somebody has waiting or running; resolves with how many. */
  stopAllOf(userId: string): Promise<number>
  /** A run has ended: what was measured is to be read again. */
  ended(): void
}
