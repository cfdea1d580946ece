import {
  type Db,
  findRunOfAnybody,
  listRunChoices,
  listRunFigures,
  listSegments,
  listTitles,
  listUserNames,
} from '@reynard/db'
import {
  AppError,
  type ConsoleOverview,
  type ConsoleRun,
  type ConsoleRunDetails,
  type EngineKind,
  emptyRunView,
  errorCodeSchema,
  type OverviewRange,
  type RunEvent,
  reduceRunEvents,
  runEndReasonSchema,
  type SystemStatus,
} from '@reynard/protocol'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../runs/ports.ts'
import type { LiveRunState, RunService } from '../runs/run-service.ts'
import { parseSegment } from '../runs/watch-run.ts'
import type { ConsoleService, Viewer } from './console-service.ts'
import { describeEvent } from './describe-event.ts'
import type { EngineMemory } from './engine-memory.ts'
import { liveRunRow, speedNow } from './live-run-row.ts'
import { createMachineLoad } from './machine-load.ts'
import { type Measured, measure, speedChart } from './measure.ts'
import { runStretches } from './run-stretches.ts'
import { whenChanged } from './when-changed.ts'

type Options = {
  db: Db
  audit: Pick<AuditLog, 'record'>
  runs: Pick<RunService, 'liveRuns' | 'stopByAdmin'>
  memory: EngineMemory
  slots: () => SystemStatus['slots']
  clock: Clock
}

/** What was measured is read again after this long, and the last hour as soon as a run has ended. */
const freshMs: Record<OverviewRange, number> = { hour: 10_000, day: 30_000, month: 60_000 }
const namesMs = 10_000
const choicesMs = 30 * 24 * 3_600_000
/** Of a long log the newest events; of what was written its end. */
const mostEvents = 300
const mostText = 4_000
const segmentsPerRead = 200

const notHere = () => new AppError('not-found', 'This run is not here. Its chat may have been deleted.')

/** The console of one server. It holds nothing before somebody looks, and costs nothing while nobody does. */
export function createConsole({ db, audit, runs, memory, slots, clock }: Options): ConsoleService {
  const now = () => clock.now()
  const machine = createMachineLoad(now)
  const measurements = new Map<OverviewRange, { at: number; ends: number; measured: Promise<Measured> }>()
  let ends = 0
  let names: { at: number; byId: Promise<Map<string, string>> } | null = null
  const titles = new Map<string, { title: string; at: number }>()

  /** Shared by all who look at the same range. */
  function measuredOf(range: OverviewRange): Promise<Measured> {
    const known = measurements.get(range)
    const isFresh =
      known !== undefined && now() - known.at < freshMs[range] && (range !== 'hour' || known.ends === ends)
    if (isFresh) return known.measured
    const measured = measure(db, range, now())
    measurements.set(range, { at: now(), ends, measured })
    measured.catch(() => measurements.delete(range))
    return measured
  }

  async function overview(range: OverviewRange): Promise<ConsoleOverview> {
    const { runs: counts, firstToken, latency, wait, waitBefore, ...measured } = await measuredOf(range)
    const live = runs.liveRuns().filter(({ view }) => view.phase !== 'ended')
    const at = now()
    const count = (of: (phase: LiveRunState['view']['phase']) => boolean) =>
      live.filter(({ view }) => of(view.phase)).length
    const speed = live.reduce((sum, { events, view }) => sum + (speedNow(events, view, at) ?? 0), 0)
    const { total, free } = slots()
    return {
      range,
      now: {
        running: count((phase) => phase !== 'queued' && phase !== 'approval'),
        queued: count((phase) => phase === 'queued'),
        waiting: count((phase) => phase === 'approval'),
        tokensPerSecond: Math.round(speed * 10) / 10,
      },
      slots: { total, free },
      runs: counts,
      firstToken,
      latency,
      wait,
      waitBefore,
      speed: speedChart({ ...measured, runs: counts, firstToken, latency, wait, waitBefore }, live, at),
      engines: memory.engines(),
      machine: machine(),
    }
  }

  function userNames(): Promise<Map<string, string>> {
    if (names === null || now() - names.at > namesMs) {
      const byId = listUserNames(db.kysely).then((users) => new Map(users.map(({ id, name }) => [id, name])))
      byId.catch(() => {
        names = null
      })
      names = { at: now(), byId }
    }
    return names.byId
  }

  /** Titles of the viewer's own chats, and of nobody else's. */
  async function titlesOf({ userId }: Viewer, wanted: readonly string[]): Promise<void> {
    const stale = wanted.filter((id) => now() - (titles.get(id)?.at ?? Number.NEGATIVE_INFINITY) > namesMs / 2)
    for (const { id, title } of await listTitles(db.kysely, userId, stale)) titles.set(id, { title, at: now() })
  }

  const isOwn = (viewer: Viewer, ownerId: string) => viewer.readsOwn && viewer.userId === ownerId

  async function liveRows(viewer: Viewer): Promise<ConsoleRun[]> {
    const live = runs.liveRuns().filter(({ view }) => view.phase !== 'ended')
    const own = live.filter(({ plan }) => isOwn(viewer, plan.ownerId)).map(({ plan }) => plan.conversationId)
    if (live.length === 0) titles.clear()
    const [byId] = await Promise.all([userNames(), titlesOf(viewer, own)])
    return live.map((run) => rowOf(viewer, run, byId))
  }

  const rowOf = (viewer: Viewer, run: LiveRunState, byId: Map<string, string>) => {
    const { ownerId, conversationId } = run.plan
    const facts = {
      isOwn: isOwn(viewer, ownerId),
      userName: byId.get(ownerId) ?? '',
      title: titles.get(conversationId)?.title ?? null,
    }
    return liveRunRow(run, facts, now())
  }

  async function details(viewer: Viewer, runId: string): Promise<ConsoleRunDetails> {
    const live = runs.liveRuns().find(({ plan }) => plan.runId === runId)
    const byId = await userNames()
    if (live !== undefined) {
      const own = isOwn(viewer, live.plan.ownerId)
      if (own) await titlesOf(viewer, [live.plan.conversationId])
      return detailsOf(rowOf(viewer, live, byId), live.plan.createdAt, live.events, live.view.text)
    }
    const row = await findRunOfAnybody(db.kysely, runId)
    if (row === undefined) throw notHere()
    const events: RunEvent[] = []
    for (;;) {
      const segments = await listSegments(db.kysely, runId, events.at(-1)?.seq ?? 0, segmentsPerRead)
      if (segments.length === 0) break
      const after = events.at(-1)?.seq ?? 0
      for (const { events: saved } of segments)
        for (const event of parseSegment(saved)) if (event.seq > after) events.push(event)
      if (segments.length < segmentsPerRead) break
    }
    const view = reduceRunEvents(emptyRunView(runId, row.created_at), events)
    const plan = {
      runId,
      ownerId: row.owner_id,
      conversationId: row.conversation_id,
      source: row.source,
      assistant: null,
      createdAt: row.created_at,
      request: { model: row.model },
    }
    const facts = { isOwn: isOwn(viewer, row.owner_id), userName: byId.get(row.owner_id) ?? '', title: row.title }
    const shown = liveRunRow({ plan, view, events }, facts, now())
    return detailsOf({ ...shown, ...ownSpeed(shown) }, row.created_at, events, view.text)
  }

  return {
    overview,
    watchOverview: (range, signal) => whenChanged(() => overview(range), { clock, signal }),
    watchRuns: (viewer, signal) => whenChanged(() => liveRows(viewer), { clock, signal }),
    async listRuns(viewer, input) {
      const { cursor, limit, ...filter } = input
      const [rows, choices, users] = await Promise.all([
        listRunFigures(db.kysely, {
          ...filter,
          titlesOf: viewer.readsOwn ? viewer.userId : '',
          before: cursor,
          limit: limit + 1,
        }),
        listRunChoices(db.kysely, now() - choicesMs),
        userNames(),
      ])
      const page = rows.slice(0, limit).map((row): ConsoleRun => {
        const own = isOwn(viewer, row.owner_id)
        const error = errorCodeSchema.safeParse(row.error_code)
        const reason = runEndReasonSchema.safeParse(row.end_reason)
        const run: ConsoleRun = {
          runId: row.run_id,
          isOwn: own,
          user: { id: row.owner_id, name: row.user_name },
          source: row.source ?? 'ui',
          conversationId: own && row.title !== null ? row.conversation_id : null,
          title: own ? row.title : null,
          assistant: row.assistant === null ? null : { id: row.assistant, name: row.assistant_name ?? row.assistant },
          engine: engineOf(row.engine),
          model: row.model,
          phase: 'ended',
          position: null,
          tool: null,
          endReason: reason.success ? reason.data : 'interrupted',
          errorCode: error.success ? error.data : null,
          tokens: row.tokens,
          promptTokens: row.prompt_tokens,
          tokensPerSecond: null,
          recent: [],
          createdAt: row.created_at,
          startedAt: row.started_at,
          firstTokenAt: row.first_token_at,
          endedAt: row.ended_at,
        }
        return { ...run, ...ownSpeed(run) }
      })
      const last = page.at(-1)
      return {
        runs: page,
        nextCursor: rows.length > limit && last ? { createdAt: last.createdAt, runId: last.runId } : null,
        choices: { ...choices, users: [...users].map(([id, name]) => ({ id, name })) },
      }
    },
    watchRun: (viewer, runId, signal) =>
      whenChanged(() => details(viewer, runId), { clock, signal, isLast: ({ run }) => run.phase === 'ended' }),
    async stopRun(runId) {
      const live = runs.liveRuns().find(({ plan }) => plan.runId === runId)
      if (live !== undefined) {
        await audit.record('run-stop', { subject: live.plan.ownerId, object: { kind: 'run', id: runId } })
        return runs.stopByAdmin(runId)
      }
      if ((await findRunOfAnybody(db.kysely, runId)) === undefined) throw notHere()
    },
    async stopAllOf(userId) {
      const theirs = runs.liveRuns().filter(({ plan, view }) => plan.ownerId === userId && view.phase !== 'ended')
      if (theirs.length > 0) await audit.record('runs-stop', { subject: userId, details: { runs: theirs.length } })
      for (const { plan } of theirs) runs.stopByAdmin(plan.runId)
      return theirs.length
    },
    ended() {
      ends += 1
    },
  }
}

function detailsOf(run: ConsoleRun, createdAt: number, events: readonly RunEvent[], text: string): ConsoleRunDetails {
  const tools = new Map(events.flatMap((event) => (event.type === 'tool-call' ? [[event.callId, event.name]] : [])))
  return {
    run,
    stretches: runStretches(createdAt, events),
    events: events
      .slice(-mostEvents)
      .map((event) => describeEvent(event, run.isOwn, (callId) => tools.get(callId) ?? 'a tool')),
    eventCount: events.length,
    text: run.isOwn ? text.slice(-mostText) : null,
  }
}

/** Over the time in which it wrote. */
function ownSpeed({ tokens, firstTokenAt, endedAt }: ConsoleRun): Pick<ConsoleRun, 'tokensPerSecond'> {
  if (tokens === 0 || firstTokenAt === null || endedAt === null || endedAt <= firstTokenAt)
    return { tokensPerSecond: null }
  return { tokensPerSecond: Math.round((tokens * 10_000) / (endedAt - firstTokenAt)) / 10 }
}

const engineOf = (kind: string | null): EngineKind | null =>
  kind === 'ollama' || kind === 'embedded' || kind === 'openai' ? kind : null
