import type { PendingCall } from '@reynard/agent'
import { type Compilable, type Db, decideCall, insertApprovalRule, insertWaitingCall } from '@reynard/db'
import type { ApprovalFacts, ApprovalScope, DecideResult, ToolCall } from '@reynard/protocol'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LiveRun } from './live-run.ts'
import type { Clock } from './ports.ts'

/** What a person answered, with the word that they gave for the model. */
export type Answer = DecideResult & { note: string | null }

type Waiting = {
  tool: string
  /** What a yes for the whole conversation is kept under. */
  rule: string
  /** How far a yes may reach. */
  scopes: readonly ApprovalScope[]
  answered: PromiseWithResolvers<Answer | null>
  /** Set from the first answer on. */
  deciding: Promise<Answer | null> | null
  stopTimer(): void
}

type Options = {
  db: Db
  audit: Pick<AuditLog, 'entry'>
  clock: Clock
  live: LiveRun
  run: { runId: string; conversationId: string; ownerId: string }
  /** How long a person has, in milliseconds. */
  expiryMs: number
  /** One more waits, or one less. */
  onChange(): void
}

/** A rule is about a tool, or about what its calls have in common. */
export const ruleName = (tool: string, covers: string | null) => (covers === null ? tool : `${tool}: ${covers}`)

/**
 * The calls of one run that wait for a person. A request is saved before it is shown, an answer before it counts; the first answer is the
 * one that counts, and the end of the time is an answer too.
 */
export class Approvals {
  readonly #options: Options
  readonly #waiting = new Map<string, Waiting>()
  #stopped = false

  constructor(options: Options) {
    this.#options = options
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size
  }

  /** Asks, and resolves with the answer; with null where `signal` aborted first, or the run ended. */
  async ask(
    call: PendingCall,
    facts: ApprovalFacts,
    scopes: ApprovalScope[],
    signal: AbortSignal,
  ): Promise<Answer | null> {
    const { db, clock, live, run, expiryMs } = this.#options
    const { callId, tool } = call
    const expiresAt = clock.now() + expiryMs
    const waiting = this.#add(callId, tool.name, ruleName(tool.name, facts.covers ?? null), scopes)
    const giveUp = () => this.#settle(callId, null)
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) giveUp()
    const row = {
      run_id: run.runId,
      call_id: callId,
      conversation_id: run.conversationId,
      owner_id: run.ownerId,
      tool: tool.name,
      effect: tool.effect,
      expires_at: expiresAt,
    }
    const shown = await live.appendSaved({ type: 'approval-request', callId, facts, scopes, expiresAt }, [
      insertWaitingCall(db.kysely, row),
    ])
    if (!shown) giveUp()
    else if (this.#waiting.has(callId)) this.#expireAt(callId, waiting, expiresAt)
    this.#options.onChange()
    return await waiting.answered.promise.finally(() => signal.removeEventListener('abort', giveUp))
  }

  /** Takes up the calls that waited when an earlier process ended, each with the time that is left of its own. */
  reopen(calls: readonly ToolCall[]): void {
    for (const { callId, name, state, approval } of calls) {
      if (state !== 'waiting' || approval === null) continue
      const waiting = this.#add(callId, name, ruleName(name, approval.facts.covers ?? null), approval.scopes)
      this.#expireAt(callId, waiting, approval.expiresAt)
    }
  }

  /** Resolves when nothing waits any more. */
  async allAnswered(): Promise<void> {
    await Promise.all([...this.#waiting.values()].map(({ answered }) => answered.promise))
  }

  /** A person's answer. Resolves with what counts, once it is saved; null where nothing waits under this name. */
  async decide(callId: string, answer: Answer): Promise<DecideResult | null> {
    const waiting = this.#waiting.get(callId)
    if (waiting === undefined || this.#stopped) return null
    // A client that asks for more than was offered gets what was.
    const scope = waiting.scopes.includes(answer.scope) ? answer.scope : 'once'
    waiting.deciding ??= this.#save(callId, waiting, { ...answer, scope })
    const counts = await waiting.deciding
    return counts === null ? null : { decision: counts.decision, scope: counts.scope }
  }

  /** Takes no answers any more: what waits goes on waiting in the next process, or ended with the run. */
  stop(): void {
    this.#stopped = true
    for (const callId of [...this.#waiting.keys()]) this.#settle(callId, null)
  }

  #add(callId: string, tool: string, rule: string, scopes: readonly ApprovalScope[]): Waiting {
    const waiting = {
      tool,
      rule,
      scopes,
      answered: Promise.withResolvers<Answer | null>(),
      deciding: null,
      stopTimer: () => {},
    }
    this.#waiting.set(callId, waiting)
    return waiting
  }

  #expireAt(callId: string, waiting: Waiting, expiresAt: number): void {
    const { clock } = this.#options
    const expired: Answer = { decision: 'expired', scope: 'once', note: null }
    waiting.stopTimer = clock.after(Math.max(0, expiresAt - clock.now()), () => void this.decide(callId, expired))
  }

  async #save(callId: string, { tool, rule }: Waiting, answer: Answer): Promise<Answer | null> {
    const { db, clock, live, run } = this.#options
    const { decision, scope, note } = answer
    const at = clock.now()
    const saved = await live.appendSaved(
      { type: 'approval-decision', callId, decision, scope, ...(note !== null && { note }) },
      [
        decideCall(db.kysely, { runId: run.runId, callId }, { state: decision, scope, note, at }),
        this.#entry(tool, answer),
        ...(decision === 'approved' && scope === 'conversation'
          ? [
              insertApprovalRule(db.kysely, {
                owner_id: run.ownerId,
                conversation_id: run.conversationId,
                tool: rule,
                created_at: at,
              }),
            ]
          : []),
      ],
    )
    this.#settle(callId, saved ? answer : null)
    return saved ? answer : null
  }

  /** Who let which tool act. The end of the time is nobody's answer, whoever's request the run came from. */
  #entry(tool: string, { decision, scope }: Answer): Compilable {
    const { audit, run } = this.#options
    const facts = { object: { kind: 'run', id: run.runId } }
    const details = { tool, conversation: run.conversationId }
    if (decision === 'approved') return audit.entry('call-approve', { ...facts, details: { ...details, scope } })
    if (decision === 'denied') return audit.entry('call-deny', { ...facts, details })
    const by = { kind: 'server' as const, userId: null, credential: null, address: null }
    return audit.entry('call-expire', { ...facts, subject: run.ownerId, details, by })
  }

  #settle(callId: string, answer: Answer | null): void {
    const waiting = this.#waiting.get(callId)
    if (waiting === undefined) return
    this.#waiting.delete(callId)
    waiting.stopTimer()
    waiting.answered.resolve(answer)
    this.#options.onChange()
  }
}
