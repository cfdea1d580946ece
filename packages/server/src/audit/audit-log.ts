import type { Compilable, Db } from '@reynard/db'
import type {
  AUDIT_ACTIONS,
  AuditAction,
  AuditActorKind,
  AuditEntry,
  AuditFilter,
  AuditOutcome,
  AuditPage,
  listAuditInputSchema,
} from '@reynard/protocol'
import type { z } from 'zod'

/** Who does something, and from where. `credential`: `session:…` or `key:…`. */
export type AuditActor = {
  kind: AuditActorKind
  userId: string | null
  credential: string | null
  address: string | null
}

type DetailOf<Action extends AuditAction> = (typeof AUDIT_ACTIONS)[Action]['details'][number]

/** What an entry tells besides who, what, when and from where. */
export type AuditFacts<Action extends AuditAction> = {
  /** `done` by default. */
  outcome?: AuditOutcome
  /** The id of the person whom it is about; not given where it is who did it. */
  subject?: string | null
  /** What it is about, by its kind, its id and a name that is no secret: of a setting, a model, a folder. */
  object?: { kind: string; id?: string; name?: string }
  details?: { [Detail in DetailOf<Action>]?: string | number | boolean | null }
  /** Whoever asks in the request that goes on, by default; outside of one, the server itself. */
  by?: AuditActor
}

/** The log of who did what when from where. It is only ever added to. */
export type AuditLog = {
  /** The entry as a statement: put it into the commit of what it tells of, so that there is both or neither. */
  entry<Action extends AuditAction>(action: Action, facts?: AuditFacts<Action>): Compilable
  /** Does something and writes down what came of it in one transaction; null: nothing happened. Within it use `tx` alone. */
  together<Result>(
    act: (tx: Db['kysely']) => Promise<Result>,
    tell: (result: Result) => Compilable | null,
  ): Promise<Result>
  /** Does what is no commit, and writes down that it was done, or that it failed, before it answers. */
  around<Action extends AuditAction, Result>(
    action: Action,
    facts: AuditFacts<Action>,
    act: () => Result | Promise<Result>,
  ): Promise<Result>
  /** Writes it by itself, where what it tells of is no commit. Wait for it before you answer: what can't be written down fails. */
  record<Action extends AuditAction>(action: Action, facts?: AuditFacts<Action>): Promise<void>
  /**
   * The same for what anybody can set off, any number of times: of what repeats under `key` within a quarter of an hour the 1st, 10th,
   * 100th … is written, with the number of tries.
   */
  recordRepeated(
    action: 'sign-in-failure' | 'set-up-failure',
    key: string,
    facts?: AuditFacts<'sign-in-failure' | 'set-up-failure'>,
  ): Promise<void>
  list(input: z.infer<typeof listAuditInputSchema>): Promise<AuditPage>
  /** The newest entries of a filter, then again whenever there are others, at most once a second. */
  watch(filter: AuditFilter, signal: AbortSignal): AsyncGenerator<AuditPage, void>
  /** All entries of a filter, newest first, page by page: for a file. */
  readAll(filter: AuditFilter): AsyncGenerator<AuditEntry[], void>
  /** Lets entries go that are older than the operator wants them kept; writes down that it did. Returns how many. */
  trim(): Promise<number>
}
