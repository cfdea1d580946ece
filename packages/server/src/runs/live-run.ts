import type { Compilable } from '@reynard/db'
import {
  emptyRunView,
  type NewRunEvent,
  type RunEvent,
  type RunView,
  reduceRun,
  reduceRunEvents,
} from '@reynard/protocol'
import { type DeltaWheel, gatherMs } from './delta-wheel.ts'
import type { Clock } from './ports.ts'

type DeltaType = 'text-delta' | 'reasoning-delta'
/** What the run log does for its runs. */
export type LiveRunHost = {
  clock: Clock
  wheel: DeltaWheel
  streaming: () => number
  /** There is something to save; `now` for what somebody waits for. */
  dirty(run: LiveRun, now: boolean): void
}

/** `saved`: a run that an earlier process began, with the events that it had saved. */
export type LiveRunStart = {
  runId: string
  ownerId: string
  createdAt: number
  saved?: { events: readonly RunEvent[]; certainSeq: number }
}

/**
 * The log of one run while it lives: numbers events 1, 2, 3 …, gathers deltas before numbering them, and holds all events until the run
 * has ended and is saved. Watchers read `events` by their own position; nothing is queued for them.
 */
export class LiveRun {
  readonly runId: string
  readonly ownerId: string
  /** Event number n stands at n − 1. */
  readonly events: RunEvent[] = []
  /** Called after each change. */
  readonly watchers = new Set<() => void>()
  /** The run has ended, and that is saved (or can't be): no event will follow. */
  closed = false
  streaming = false

  readonly #host: LiveRunHost
  #view: RunView
  #pendingType: DeltaType | null = null
  #pendingText = ''
  #pendingTokens = 0
  #onWheel = false
  #wanted: (() => void) | null = null
  #lastDeltaAt = Number.NEGATIVE_INFINITY
  /** Numbered, but not to be seen before it is saved. */
  #sealed: RunEvent[] | null = null
  #statements: Compilable[] = []
  /** An event that nobody may see before it is saved, and what came after it meanwhile. */
  #held: { event: RunEvent; behind: (() => void)[]; tell(): void } | null = null
  readonly #ended = Promise.withResolvers<void>()
  #accepted = false
  readonly #whenAccepted = Promise.withResolvers<void>()

  /** Numbers up to here mean the same for everybody: a watcher that saw more did so before a crash, and is sent back. */
  readonly certainSeq: number

  constructor(host: LiveRunHost, run: LiveRunStart) {
    this.#host = host
    this.runId = run.runId
    this.ownerId = run.ownerId
    this.#view = emptyRunView(run.runId, run.createdAt)
    this.certainSeq = run.saved?.certainSeq ?? Number.POSITIVE_INFINITY
    if (run.saved === undefined) return
    // One by one: a long run has more events than a call takes arguments.
    for (const event of run.saved.events) this.events.push(event)
    this.accept()
  }

  /** Whether the run's row is in the database, so that events may follow it there. */
  get accepted(): boolean {
    return this.#accepted
  }

  /** Resolves when the run and its question are in the database; never for one that is refused. */
  get whenAccepted(): Promise<void> {
    return this.#whenAccepted.promise
  }

  /** The run's row was saved. */
  accept(): void {
    this.#accepted = true
    this.#whenAccepted.resolve()
  }

  /** Resolves when the end is saved and published. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Somebody waits for an event to be saved. */
  get holds(): boolean {
    return this.#held !== null
  }

  get sealed(): boolean {
    return this.#sealed !== null
  }

  /** The view of all published events. */
  view(): RunView {
    for (let i = this.#view.seq; i < this.events.length; i += 1) this.#view = reduceRun(this.#view, this.events[i]!)
    return this.#view
  }

  /** The text of a token, or of several that came together. The first one is published at once, and so is one after a lull; others gather for a moment. */
  delta(type: DeltaType, text: string, tokens = 1): void {
    if (this.#sealed !== null || text === '') return
    if (this.#held !== null) {
      this.#held.behind.push(() => this.delta(type, text, tokens))
      return
    }
    if (this.#pendingType === type) {
      this.#pendingText += text
      this.#pendingTokens += tokens
      return
    }
    if (this.#pendingType !== null) this.flush()
    this.#pendingType = type
    this.#pendingText = text
    this.#pendingTokens = tokens
    const { clock, streaming } = this.#host
    const waitMs = this.#lastDeltaAt + gatherMs(streaming()) - clock.now()
    if (waitMs <= 0) this.flush()
    else this.#awaitFlush(waitMs)
  }

  /**
   * Null when text would go out at once; else resolves when the moment comes, so that who brings it can leave it unread until then: it
   * costs less to carry in one piece.
   */
  pace(): Promise<void> | null {
    const { clock, streaming } = this.#host
    const waitMs = this.#lastDeltaAt + gatherMs(streaming()) - clock.now()
    if (waitMs <= 0 || this.#sealed !== null) return null
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wanted = resolve
    this.#awaitFlush(waitMs)
    return promise
  }

  #awaitFlush(waitMs: number): void {
    if (this.#onWheel) return
    this.#onWheel = true
    this.#host.wheel.add(this, waitMs)
  }

  /** Publishes what has gathered. */
  flush(): void {
    this.#onWheel = false
    if (this.#wanted !== null) {
      // What was left unread comes now, and goes out as it comes.
      this.#lastDeltaAt = Number.NEGATIVE_INFINITY
      this.#wanted()
      this.#wanted = null
    }
    const type = this.#pendingType
    if (type === null || this.#sealed !== null) return
    this.#pendingType = null
    this.streaming = true
    this.#lastDeltaAt = this.#host.clock.now()
    this.#publish({ type, text: this.#pendingText, tokens: this.#pendingTokens, seq: 0, at: this.#lastDeltaAt })
  }

  /** Publishes an event, after what has gathered before it. Nothing happens once the run has ended. */
  append(event: NewRunEvent): void {
    if (this.#sealed !== null) return
    if (this.#held !== null) {
      this.#held.behind.push(() => this.append(event))
      return
    }
    this.flush()
    this.#publish({ ...event, seq: 0, at: this.#host.clock.now() })
  }

  /**
   * Saves an event together with `statements`, and publishes it only then; what comes meanwhile stands behind it. Resolves with false
   * where the run ended first, and nothing of it was written.
   */
  async appendSaved(event: NewRunEvent, statements: Compilable[]): Promise<boolean> {
    while (this.#held !== null) await new Promise<void>((resolve) => this.#held?.behind.push(resolve))
    if (this.#sealed !== null) return false
    this.flush()
    const { promise, resolve } = Promise.withResolvers<void>()
    const numbered = { ...event, seq: this.events.length + 1, at: this.#host.clock.now() }
    this.#held = { event: numbered, behind: [], tell: resolve }
    this.#statements.push(...statements)
    this.#host.dirty(this, true)
    await promise
    return true
  }

  /** Everything up to number `seq` is saved. */
  saved(seq: number): void {
    const held = this.#held
    if (held === null || held.event.seq > seq) return
    this.#held = null
    this.events.push(held.event)
    this.#notify()
    held.tell()
    for (const next of held.behind) next()
  }

  /** Written together with the next events. */
  saveWith(statement: Compilable): void {
    this.#statements.push(statement)
    this.#host.dirty(this, false)
  }

  /**
   * Ends the log with these events. They are saved with what `statementsOf` makes of the final view, and published only then.
   * Only the first call counts.
   */
  end(events: NewRunEvent[], statementsOf: (view: RunView) => Compilable[]): void {
    if (this.#sealed !== null) return
    // It is saved with the end, and what waits behind it comes before the end.
    while (this.#held !== null) this.saved(this.#held.event.seq)
    this.flush()
    this.streaming = false
    const at = this.#host.clock.now()
    this.#sealed = events.map((event, i) => ({ ...event, seq: this.events.length + 1 + i, at }))
    this.#statements.push(...statementsOf(reduceRunEvents(this.view(), this.#sealed)))
    this.#host.dirty(this, true)
  }

  /** What is to be saved after number `after`: all events that are numbered, and statements that go with them. Taken once. */
  takeUnsaved(after: number): { events: RunEvent[]; statements: Compilable[] } {
    const events = this.events.slice(after)
    if (this.#held !== null) events.push(this.#held.event)
    if (this.#sealed !== null) events.push(...this.#sealed)
    const statements = this.#statements
    this.#statements = []
    return { events, statements }
  }

  /** Statements that could not be written come back, to go with the next try. */
  putBack(statements: Compilable[]): void {
    this.#statements.unshift(...statements)
  }

  /** The end is saved: publishes it, and nothing more comes. */
  close(): void {
    if (this.closed) return
    this.closed = true
    while (this.#held !== null) this.saved(this.#held.event.seq)
    this.events.push(...(this.#sealed ?? []))
    this.#sealed ??= []
    this.#notify()
    this.#ended.resolve()
  }

  #publish(event: RunEvent): void {
    event.seq = this.events.length + 1
    this.events.push(event)
    this.#host.dirty(this, false)
    this.#notify()
  }

  #notify(): void {
    for (const wake of this.watchers) wake()
  }
}
