import { type AnyTool, answerPlainly, runTurn, type TurnPart, type TurnRequest } from '@reynard/agent'
import {
  AppError,
  type DecideResult,
  type ErrorInfo,
  type NewRunEvent,
  type RunEndReason,
  type RunView,
} from '@reynard/protocol'
import type { RunAssistant } from '../assistants/assistant-service.ts'
import type { RunObserver } from '../telemetry/telemetry.ts'
import { refused } from '../workspaces/refused.ts'
import { type Answer, Approvals } from './approvals.ts'
import { beginTurn } from './begin-turn.ts'
import { endOfRun } from './end-of-run.ts'
import { EngineSlot } from './engine-slot.ts'
import { gatherContext, type RunContext } from './gather-context.ts'
import type { LiveRun } from './live-run.ts'
import type { EngineTarget } from './ports.ts'
import type { RunHost } from './run-host.ts'
import type { RunPlan } from './run-plan.ts'
import { createTurnHost } from './turn-host.ts'

/** An engine that does not let go of an aborted call keeps its slot no longer than this. */
const letGoMs = 10_000

/** One run from acceptance to its end: waits for a model, for a slot, runs the turn, ends. Nobody needs to watch. */
export class RunExecution {
  readonly plan: RunPlan
  readonly live: LiveRun
  /** Looks on; null where nobody does. */
  readonly observer: RunObserver | null
  /** The model that answers, once it is known. */
  target: EngineTarget | null = null
  readonly #host: RunHost
  readonly #onRest: () => void
  readonly #slot: EngineSlot
  readonly #stop = new AbortController()
  #over = false
  #engineBusy = false
  readonly #approvals: Approvals

  /** Takes a place in the queue. Throws `too-many-requests` when there is none. `onRest`: a person is waited for, without a slot. */
  constructor(host: RunHost, plan: RunPlan, openLive: () => LiveRun, onRest: () => void) {
    this.#host = host
    this.#onRest = onRest
    this.plan = plan
    const { admission, selector } = host
    this.observer = host.telemetry?.begin(plan) ?? null
    this.#slot = new EngineSlot({
      admission,
      selector,
      plan,
      onPosition: (position) => this.live.append({ type: 'run-queued', ...position }),
    })
    this.live = openLive()
    this.#approvals = new Approvals({
      ...host,
      live: this.live,
      run: plan,
      expiryMs: host.approvals().expiryMs,
      onChange: () => this.#waitingChanged(),
    })
  }

  /** Goes all the way. Never rejects: what goes wrong ends the run with `run-error`. */
  async run(): Promise<void> {
    try {
      if (this.plan.resume) await this.#waitForAnswers(this.plan.resume)
      const target = await this.#acquire(this.plan.request)
      if (target !== null) await this.#turn(target)
    } catch (error) {
      // What was told to stop may fail at it.
      if (this.#over) return
      if (error instanceof AppError) return this.finish('failed', { code: error.code, message: error.message })
      this.#host.logger.error({ err: error, runId: this.plan.runId }, 'a run failed unexpectedly')
      this.finish('failed', {
        code: 'internal',
        message: 'Something went wrong here. The log of the server says more.',
      })
    } finally {
      this.#engineBusy = false
      this.#slot.leave()
    }
  }

  /** Ends the run now, whatever it is doing; the engine is told at once. Only the first call counts. */
  finish(reason: RunEndReason, error: ErrorInfo | null = null, by?: 'admin'): void {
    if (this.#over) return
    this.#over = true
    const events: NewRunEvent[] = [
      ...(error === null ? [] : [{ type: 'run-error' as const, ...error }]),
      { type: 'run-end', reason, ...(by !== undefined && { by }) },
    ]
    this.live.end(events, (view) => endOfRun(this.#host.db, this.plan, view))
    this.#approvals.stop()
    this.#release()
  }

  /** A call of it waits for a person, or was answered after a restart and has not begun: another process can take the run up again. */
  get canBeTakenUp(): boolean {
    const isUnbegun = this.plan.resume !== undefined && this.target === null
    return !this.#over && (isUnbegun || this.#approvals.size > 0)
  }

  /** A person's answer to a call that waits; null where it does not. */
  decide(callId: string, answer: Answer): Promise<DecideResult | null> {
    return this.#approvals.decide(callId, answer)
  }

  /** Leaves the run as it is, for the next process to go on with. */
  suspend(): void {
    this.#over = true
    this.#approvals.stop()
    this.#release()
  }

  /** The request could not be saved: nothing of it remains. */
  discard(): void {
    this.#over = true
    this.#release()
  }

  /** A call that is being aborted still holds its place in the engine; one that has ended, or never began, holds nothing. */
  #release(): void {
    this.#slot.giveUp()
    // A tool may be at work while the engine is not.
    if (this.#engineBusy || this.plan.assistant !== null) this.#stop.abort()
    if (!this.#engineBusy) {
      this.#slot.leave()
      return
    }
    this.#host.clock.after(letGoMs, () => this.#slot.leave())
  }

  /** While a person thinks, the slot is free for others. */
  #waitingChanged(): void {
    const { ownerId, conversationId } = this.plan
    this.#host.changes.publish(ownerId, { kind: 'conversation', conversationId })
    if (this.#approvals.size === 0) return
    this.#slot.rest()
    this.#onRest()
  }

  /** A run that an earlier process left waiting takes no slot before it is answered. */
  async #waitForAnswers({ toolCalls }: RunView): Promise<void> {
    this.#slot.rest()
    this.#approvals.reopen(toolCalls)
    await this.#approvals.allAnswered()
  }

  /** Before each step of a turn: the slot, where it was given back. The engine must be the one that the turn began with. */
  async #beforeStep(target: EngineTarget): Promise<void> {
    if (this.#slot.isResting) {
      const again = await this.#acquire({ model: target.model, strict: true })
      if (again !== null && (again.engine !== target.engine || again.host !== target.host)) {
        this.finish('failed', {
          code: 'engine-unreachable',
          message: 'The engine that began this answer is not there any more. Continue it with another one.',
        })
      }
    }
    this.#engineBusy = !this.#over
  }

  /** The model and a slot at it; null when the run ended meanwhile, or ends now because nothing could answer. */
  async #acquire(wanted: { model: string | null; strict: boolean }): Promise<EngineTarget | null> {
    const outcome = await this.#slot.acquire(wanted)
    if (outcome === null || 'target' in outcome) return outcome?.target ?? null
    this.finish('failed', outcome.error)
    return null
  }

  async #turn(target: EngineTarget): Promise<void> {
    const { plan, live } = this
    const { signal } = this.#stop
    const context = await gatherContext(this.#host, plan, target.contextTokens)
    if (this.#over) return
    this.target = target
    const { request, assistant } = await beginTurn(this.#host, { plan, live, target, context, signal })
    if (this.#over) return
    const turn = {
      request,
      engine: this.#host.filter.chat(target.engine, {
        before: plan.textBefore,
        handsBack: (tool) => !(assistant?.tools.some(({ name }) => name === tool) ?? false),
      }),
      estimator: this.#host.estimator,
      signal,
      pace: () => live.pace(),
      ...(this.observer !== null && { observer: this.observer.calls }),
    }
    const parts: AsyncIterable<TurnPart> =
      assistant === null || (assistant.tools.length === 0 && assistant.run === null)
        ? answerPlainly(turn)
        : (assistant.run ?? runTurn)({ ...turn, ...(await this.#withTools(request, target, assistant, context)) })
    if (this.#over) return
    this.#engineBusy = true
    for await (const part of parts) {
      if (this.#over) continue
      this.#take(part)
    }
  }

  /** Without the tools that this conversation has no use for. */
  async #withTools(request: TurnRequest, target: EngineTarget, assistant: RunAssistant, context: RunContext) {
    const host = await this.#turnHost(target, assistant, context)
    const isHere = ({ needs }: AnyTool) => host.session.folder !== null || needs?.includes('folder') !== true
    return { request: { ...request, assistantTools: assistant.tools.filter(isHere) }, host }
  }

  async #turnHost(target: EngineTarget, assistant: RunAssistant, { path, memory }: RunContext) {
    const session = await refused(() => this.#host.sessions.open(this.plan))
    return createTurnHost({
      ...this.#host,
      plan: { ...this.plan, assistant },
      live: this.live,
      approvals: this.#approvals,
      tools: this.#host.assistants.tools,
      session: memory === null ? session : { ...session, memory: memory.tools },
      interrupted: path.interrupted,
      earlier: path.messages.flatMap(({ steps = [] }) =>
        steps.flatMap(({ calls }) => calls.filter(({ failed }) => !failed)),
      ),
      limits: this.#host.turnLimits(),
      timeoutMs: this.#host.toolTimeoutMs,
      apiMayAct: () => this.#host.approvals().apiMayAct,
      beforeStep: () => this.#beforeStep(target),
    })
  }

  #take(part: TurnPart): void {
    switch (part.type) {
      case 'text':
        this.#slot.ticket.started()
        this.live.delta('text-delta', part.text, part.tokens)
        return
      case 'reasoning':
        this.#slot.ticket.started()
        this.live.delta('reasoning-delta', part.text, part.tokens)
        return
      case 'tool-call':
        this.#slot.ticket.started()
        this.live.append(part)
        return
      case 'waiting':
        this.#slot.ticket.held()
        return
      case 'model-loading':
        this.#slot.ticket.loading()
        this.live.append(part)
        return
      case 'context-fitted':
      case 'tool-start':
      case 'tool-output':
      case 'tool-result':
      case 'tool-error':
        this.live.append(part)
        return
      case 'usage':
        // The call of the model is over; tools may follow.
        this.#engineBusy = false
        this.live.append(part)
        return
      case 'end':
        this.#engineBusy = false
        this.finish(part.reason)
        return
      case 'error': {
        this.#engineBusy = false
        const { code, message, docs } = part
        if (code === 'engine-unreachable' && this.target !== null) this.#host.selector.suspect(this.target.engine)
        this.finish('failed', { code, message, ...(docs !== undefined && { docs }) })
        return
      }
      default:
        part satisfies never
    }
  }
}
