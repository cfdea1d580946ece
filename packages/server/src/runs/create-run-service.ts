import { createTokenEstimator } from '@reynard/agent'
import {
  findMessage,
  findRun,
  findRunByKey,
  findToolCall,
  listRecentKeys,
  listRunsOfMessage,
  type RunRow,
} from '@reynard/db'
import { AppError, type DecideResult, errorCodeOf, type RunView, type SendResult } from '@reynard/protocol'
import type { AssistantService } from '../assistants/assistant-service.ts'
import type { AttachmentService } from '../uploads/attachment-service.ts'
import { createBackgroundJobs } from './background-jobs.ts'
import { findExpiredCall } from './find-expired-call.ts'
import type { LiveRunStart } from './live-run.ts'
import { planContinue, planRegenerate, planSend } from './plan-runs.ts'
import { recoverRun, recoverRuns } from './recover-runs.ts'
import { createRequestKeys } from './request-keys.ts'
import { planRevived } from './revive-run.ts'
import { RunExecution } from './run-execution.ts'
import type { RunHost } from './run-host.ts'
import { createRunLog } from './run-log.ts'
import type { RunPlan } from './run-plan.ts'
import { parseRunRequest } from './run-request.ts'
import type { RunService } from './run-service.ts'
import { followRun, type RunWatch, replayRun, watchLater } from './watch-run.ts'

export type RunServiceOptions = Omit<RunHost, 'estimator' | 'attachments'> & {
  assistants: Pick<AssistantService, 'forRun' | 'tools'>
  attachments: Pick<AttachmentService, 'plan' | 'read'>
  /** Throws where no new run is accepted just now. */
  admit(): void
  /** Told of every answer that has ended, after it was saved. */
  onEnd(view: RunView): void
}

const keysKept = 20_000
/** A run that was stopped, and its last words are still being saved, delays a shutdown by no more than this. */
const savingMs = 1_500

/** Starts runs, lets them go on by themselves, and tells what happens in them. */
export function createRunService(options: RunServiceOptions): RunService {
  const { db, changes, clock, logger } = options
  const log = createRunLog({ db, clock, logger })
  const host: RunHost = { ...options, estimator: createTokenEstimator() }
  const { assistants, attachments, models } = options
  const planHost = { db, assistants, attachments, models }
  const live = new Map<string, RunExecution>()
  /** Answers that are being written, or about to be, with whose they are: of somebody else's nobody learns even that. */
  const writing = new Map<string, string>()
  const recovering = new Map<string, Promise<void>>()
  const keys = createRequestKeys({ find: startedBefore, clock, keysKept })
  const { once } = keys
  const jobs = createBackgroundJobs(host)
  let closing = false

  const mustBeQuiet = (ownerId: string, messageId: string | null) => {
    if (messageId === null || writing.get(messageId) !== ownerId) return
    throw new AppError('conflict', 'This answer is still being written. Wait for it, or stop it.')
  }

  async function startedBefore(ownerId: string, key: string): Promise<SendResult | null> {
    const run = await findRunByKey(db.kysely, ownerId, key)
    if (run === undefined || run.message_id === null) return null
    await endIfDead(run)
    const answer = await findMessage(db.kysely, ownerId, run.message_id)
    if (answer === undefined || answer.parent_id === null) {
      throw new AppError('not-found', 'This conversation is not here. It may have been deleted.')
    }
    const { conversation_id: conversationId, id: runId } = run
    return { conversationId, userMessageId: answer.parent_id, answerId: answer.id, runId }
  }

  /**
   * A run that is open in the database and in no process: an end that could not be saved, or a start whose commit went through although
   * its answer was lost. Nothing will ever be written to it, so it ends for whoever asks. Resolves with the row as it is then.
   */
  async function endIfDead(run: RunRow): Promise<RunRow> {
    if (run.state === 'ended' || live.has(run.id)) return run
    // It may have ended since the row was read. An end is saved before its run leaves this process, so from here on the row is right.
    const again = await findRun(db.kysely, run.owner_id, run.id)
    if (again === undefined || again.state === 'ended' || live.has(run.id)) return again ?? run
    // Once for all who ask at the same time: a second end would be numbered after the first.
    const recovery = recovering.get(run.id) ?? recoverRun(db, again, clock.now(), logger)
    recovering.set(run.id, recovery)
    await recovery.finally(() => recovering.delete(run.id))
    return (await findRun(db.kysely, run.owner_id, run.id)) ?? again
  }

  /** The answer to a commit was lost: nobody knows but the database. */
  async function wasSaved({ ownerId, runId }: RunPlan): Promise<boolean> {
    return await findRun(db.kysely, ownerId, runId).then(
      (row) => row !== undefined,
      () => false,
    )
  }

  /** Makes the run durable and sets it going; the engine is called while the commit is on its way. */
  async function accept(plan: RunPlan): Promise<SendResult> {
    const { ownerId, conversationId, userMessageId, answerId, runId } = plan
    if (closing) throw new AppError('shutting-down', 'The server is stopping. Try again when it is back.')
    options.admit()
    const { execution, gone } = begin(plan, { runId, ownerId, createdAt: plan.createdAt })
    const saved = log.commit(plan.statements)
    void execution.run()
    try {
      await saved
    } catch (error) {
      if (errorCodeOf(error) !== 'internal' || !(await wasSaved(plan))) {
        execution.discard()
        log.discard(execution.live)
        gone()
        throw error
      }
    }
    log.accept(execution.live)
    if (plan.files) {
      await plan.files.settle(true)
      changes.publish(ownerId, { kind: 'workspace', conversationId })
    }
    changes.publish(ownerId, { kind: 'run-started', conversationId, runId, messageId: answerId })
    whenEnded(execution, gone)
    return { conversationId, userMessageId, answerId, runId }
  }

  function begin(plan: RunPlan, start: LiveRunStart) {
    const { runId, answerId } = plan
    const execution: RunExecution = new RunExecution(
      host,
      plan,
      () => log.open(start),
      () => jobs.whenWaiting(execution),
    )
    live.set(runId, execution)
    writing.set(answerId, plan.ownerId)
    const gone = () => {
      live.delete(runId)
      writing.delete(answerId)
    }
    return { execution, gone }
  }

  function whenEnded(execution: RunExecution, gone: () => void): void {
    const { ownerId, conversationId, runId, answerId } = execution.plan
    void execution.live.ended.then(() => {
      gone()
      changes.publish(ownerId, { kind: 'run-ended', conversationId, runId, messageId: answerId })
      const view = execution.live.view()
      execution.observer?.ended(view)
      options.onEnd(view)
      jobs.whenEnded(execution)
    })
  }

  /** Takes up a run that a person had not answered yet when its process ended. False: it can't be, and has to end. */
  async function revive(row: RunRow): Promise<boolean> {
    const revived = await planRevived(planHost, row, logger)
    if (revived === null) return false
    const { plan, saved } = revived
    await db.commit(plan.statements)
    const { execution, gone } = begin(plan, { runId: row.id, ownerId: row.owner_id, createdAt: row.created_at, saved })
    whenEnded(execution, gone)
    void execution.run()
    return true
  }

  /** What a decided call was answered, from the database: its run has ended, or runs no more. */
  async function decidedBefore(ownerId: string, call: { runId: string; callId: string }): Promise<DecideResult> {
    const row = await findToolCall(db.kysely, ownerId, call)
    if (row === undefined) throw new AppError('not-found', 'Nothing under this name waits for an answer.')
    const { state, scope, decided_at } = row
    if (decided_at === null) {
      throw new AppError('conflict', 'This answer has ended, so nothing waits any more. Continue it to be asked again.')
    }
    return { decision: state === 'denied' || state === 'expired' ? state : 'approved', scope: scope ?? 'once' }
  }

  function watchRun(ownerId: string, runId: string, after: number, signal: AbortSignal): RunWatch {
    const run = log.find(runId)
    return run !== undefined && run.ownerId === ownerId
      ? followRun(run, after, signal)
      : watchEnded(ownerId, runId, after, signal)
  }

  /** What the client's own key starts: it may ask before it knows the ids, and sees nothing before they are saved. */
  function watchStarting(ownerId: string, key: string, after: number, signal: AbortSignal): RunWatch {
    return watchLater(async () => {
      const started = await keys.started(ownerId, key, signal)
      return started === null ? null : watchRun(ownerId, started.runId, after, signal)
    })
  }

  async function* watchEnded(ownerId: string, runId: string, after: number, signal: AbortSignal) {
    const row = await findRun(db.kysely, ownerId, runId)
    if (row === undefined) throw new AppError('not-found', 'This answer is not here. It may have been deleted.')
    yield* replayRun(db, await endIfDead(row), after, signal)
  }

  return {
    send: (ownerId, input, sendOptions = {}) =>
      once(ownerId, input.key, async () => {
        mustBeQuiet(ownerId, input.parentId)
        const plan = await planSend(planHost, ownerId, input, sendOptions, clock.now())
        try {
          mustBeQuiet(ownerId, input.parentId)
          return await accept(plan)
        } catch (error) {
          // Refused: its files wait for another question.
          await plan.files?.settle(false)
          throw error
        }
      }),
    regenerate: (ownerId, input) =>
      once(ownerId, input.key, async () => await accept(await planRegenerate(planHost, ownerId, input, clock.now()))),
    continue: (ownerId, input) =>
      once(ownerId, input.key, async () => {
        mustBeQuiet(ownerId, input.messageId)
        const last = (await listRunsOfMessage(db.kysely, input.messageId)).at(-1)
        const before = {
          model: last?.model ?? null,
          assistant: last === undefined ? null : (parseRunRequest(last.request).assistant ?? null),
          ...(input.askAgain && {
            beginWith: await findExpiredCall(db, ownerId, input.messageId, input.askAgain),
          }),
        }
        const plan = await planContinue(planHost, ownerId, input, before, clock.now())
        mustBeQuiet(ownerId, input.messageId)
        return await accept(plan)
      }),
    async cancel(ownerId, runId) {
      const execution = live.get(runId)
      if (execution?.plan.ownerId === ownerId) return execution.finish('stopped')
      const row = await findRun(db.kysely, ownerId, runId)
      if (row === undefined) throw new AppError('not-found', 'This answer is not here. It may have been deleted.')
      await endIfDead(row)
    },
    async decide(ownerId, { runId, callId, decision, scope, note }) {
      if (closing) throw new AppError('shutting-down', 'The server is stopping. Answer again when it is back.')
      const execution = live.get(runId)
      if (execution?.plan.ownerId === ownerId) {
        // Postgres holds no NUL in text.
        const words = decision === 'denied' && note !== undefined && note !== '' ? note.replaceAll('\0', '') : null
        const counts = await execution.decide(callId, { decision, scope, note: words })
        if (counts !== null) return counts
      }
      return await decidedBefore(ownerId, { runId, callId })
    },
    watch: (ownerId, run, after, signal) =>
      'runId' in run ? watchRun(ownerId, run.runId, after, signal) : watchStarting(ownerId, run.key, after, signal),
    liveRuns: () => [...live.values()].map(({ plan, live: run }) => ({ plan, view: run.view(), events: run.events })),
    stopByAdmin: (runId) => live.get(runId)?.finish('stopped', null, 'admin'),
    liveView: (runId) => log.find(runId)?.view(),
    waitsFor(conversationId) {
      for (const { plan, live: run } of live.values()) {
        if (plan.conversationId !== conversationId) continue
        const call = run.view().toolCalls.find(({ state }) => state === 'waiting')
        if (call?.approval) return call.approval.facts.wants
      }
      return null
    },
    async stopWithin(conversationId, messageIds) {
      const within = [...live.values()].filter(
        ({ plan }) => plan.conversationId === conversationId && (messageIds?.has(plan.answerId) ?? true),
      )
      for (const execution of within) execution.finish('stopped')
      await Promise.all(within.map((execution) => execution.live.ended))
    },
    async recover() {
      const recent = await listRecentKeys(db.kysely, keysKept)
      for (const { owner_id, request_key } of recent.reverse()) keys.remember(owner_id, request_key)
      return await recoverRuns(db, clock.now(), logger, revive)
    },
    isLive: (conversationId) => [...live.values()].some(({ plan }) => plan.conversationId === conversationId),
    liveCount: () => live.size,
    activity() {
      let watchers = 0
      const tools = new Map<string, number>([['none', 0]])
      for (const { live: run } of live.values()) {
        watchers += run.watchers.size
        for (const { state, run: own } of run.view().toolCalls) {
          if (state === 'running' && own !== null) tools.set(own.level, (tools.get(own.level) ?? 0) + 1)
        }
      }
      return { runs: live.size, watchers, tools }
    },
    async close(graceMs) {
      closing = true
      jobs.close()
      await keys.settled()
      // What waits for a person goes on in the next process. What has not begun will not end within the grace time either.
      const suspended = new Set<RunExecution>()
      const suspendWaiting = () => {
        for (const execution of live.values()) {
          if (!execution.canBeTakenUp) continue
          execution.suspend()
          suspended.add(execution)
        }
      }
      suspendWaiting()
      for (const execution of live.values()) if (execution.target === null) execution.finish('interrupted')
      const running = () => [...live.values()].filter((execution) => !suspended.has(execution))
      const ends = () => Promise.all(running().map((execution) => execution.live.ended))
      const within = (delayMs: number) => new Promise<void>((resolve) => void clock.after(delayMs, resolve))
      if (running().length > 0) await Promise.race([ends(), within(graceMs)])
      suspendWaiting()
      for (const execution of live.values()) execution.finish('interrupted')
      log.saveNow()
      if (running().length > 0) await Promise.race([ends(), within(savingMs)])
    },
  }
}
