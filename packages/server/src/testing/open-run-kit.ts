import { tmpdir } from 'node:os'
import { defaultTurnLimits, type TurnLimits } from '@reynard/agent'
import { type Db, LOCAL_OWNER_ID } from '@reynard/db'
import { openTestDatabase } from '@reynard/db/testing'
import type { Engine } from '@reynard/engine'
import { createScriptedEngine, type ScriptedEngine } from '@reynard/engine/testing'
import {
  type ChatChange,
  emptyRunView,
  type OperatorToolRules,
  type RunEvent,
  type RunView,
  reduceRun,
  type WatchItem,
} from '@reynard/protocol'
import { createAdmission } from '../admission/create-admission.ts'
import type { AssistantKit } from '../assistants/assistant-kit.ts'
import { createAssistantService } from '../assistants/create-assistant-service.ts'
import { createToolRuleService } from '../assistants/tool-rules.ts'
import { createToolSessions } from '../assistants/tool-sessions.ts'
import { createAuditLog } from '../audit/create-audit-log.ts'
import { createConversationService } from '../conversations/create-conversation-service.ts'
import { openContentFilter } from '../filter/open-content-filter.ts'
import { createMemoryService } from '../memory/create-memory-service.ts'
import { createSummaryService } from '../memory/summary-service.ts'
import type { Embedder } from '../memory/vector-recall.ts'
import { createRunService } from '../runs/create-run-service.ts'
import { type Clock, type EngineSelection, type EngineSelector, type EngineTarget, systemClock } from '../runs/ports.ts'
import type { SendInput } from '../runs/run-service.ts'
import { createAttachmentService } from '../uploads/create-attachment-service.ts'
import { createUploadClaims } from '../uploads/upload-claims.ts'
import { createUploadStore } from '../uploads/upload-store.ts'
import { createToolPorts } from '../web/create-tool-ports.ts'
import { createWorkspaceStates } from '../workspaces/workspace-states.ts'

/** A selector that says what the test told it. */
type TestSelector = EngineSelector & { set(selection: EngineSelection): void }

function createTestSelector(first: EngineSelection): TestSelector {
  let selection = first
  const listeners = new Set<() => void>()
  return {
    select: async () => selection,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    suspect() {},
    set(next) {
      selection = next
      for (const listener of [...listeners]) listener()
    },
  }
}

export function targetFor(engine: Engine, over: Partial<EngineTarget> = {}): EngineTarget {
  return {
    engine,
    host: 'test',
    model: 'scripted:1b',
    requestedModel: null,
    contextTokens: 4096,
    keepAlive: null,
    recommended: {},
    capabilities: ['completion'],
    writesTitles: true,
    slots: 4,
    ...over,
  }
}

type KitOptions = {
  dialect?: 'sqlite' | 'postgres'
  /** A database that is there already, instead of a fresh one. */
  db?: Db
  engine?: ScriptedEngine
  selection?: EngineSelection
  places?: number
  ceiling?: number
  titles?: boolean
  clock?: Clock
  commitDelayMs?: number
  undoMs?: number
  kit?: AssistantKit
  /** Where workspaces lie, for a database that is there already. */
  dataDir?: string
  approvals?: { expiryMs: number; apiMayAct: boolean }
  turnLimits?: Partial<TurnLimits>
  embedder?: () => Embedder | null
}

/** Run and conversation services on a real database and a scripted engine, without the doors in front. */
export async function openRunKit(options: KitOptions = {}) {
  const { places = 1000, ceiling = 4, clock = systemClock, commitDelayMs } = options
  const test = options.db === undefined ? await openTestDatabase(options.dialect ?? 'sqlite', { commitDelayMs }) : null
  const db = options.db ?? test!
  const engine = options.engine ?? createScriptedEngine()
  const selector = createTestSelector(options.selection ?? { state: 'ready', target: targetFor(engine) })
  const admission = createAdmission({ places, ceiling, clock })
  const published: ChatChange[] = []
  const problems: string[] = []
  const logger = {
    warn: (_fields: Record<string, unknown>, message: string) => void problems.push(message),
    error: (fields: Record<string, unknown>, message: string) =>
      void problems.push(`${message}: ${String(fields.err)}`),
  }
  const changes = { publish: (_ownerId: string, change: ChatChange) => void published.push(change) }
  const operator = {
    systemPrompt: null,
    temperature: null,
    maxTokens: null,
    titles: options.titles ?? false,
    contextAwareness: true,
  }
  const settings = { read: () => operator }
  const { kit = { assistants: [], tools: [] }, approvals = { expiryMs: 30 * 60_000, apiMayAct: false } } = options
  const switches = { assistants: true, tools: true }
  const dataDir = options.dataDir ?? test?.site.dataDir ?? tmpdir()
  const noSearch = { chosen: () => ({ problem: 'Web search is off on this server.' }) }
  const noProjects = { folderOf: async () => null, authorOf: async () => null }
  const limits = () => ({ bytes: 1024 ** 3, entries: 100_000 })
  const sessions = createToolSessions(dataDir, { ...createToolPorts(db, noSearch), ...noProjects, limits })
  const { unavailable } = sessions
  const states = createWorkspaceStates({ sessions, changes, clock, logger })
  // All is for everybody, as on a server where nobody said otherwise.
  const groups = { mayUse: () => true, mayUseTool: () => true, isAskedAbout: () => false }
  const operatorRules: OperatorToolRules = { effects: {}, tools: {} }
  const audit = createAuditLog({ db, clock, keptDays: () => 365 })
  const rules = createToolRuleService({ db, audit, tools: kit.tools, clock, operator: () => operatorRules, groups })
  const of = { switches: () => switches, hasModel: () => true }
  const assistants = createAssistantService({ db, kit, unavailable, ...of, rules, groups, clock, logger })
  const turnLimits = () => ({ ...defaultTurnLimits, ...options.turnLimits })
  const uploads = createUploadStore(dataDir, () => clock.now())
  const claims = createUploadClaims({ db, store: uploads })
  const attachments = createAttachmentService({ db, store: uploads, claims, sessions, clock, logger })
  const toolTimeoutMs = ({ timeoutMs }: { timeoutMs: number }) => timeoutMs
  const noRows = { list: async () => [], put: async () => {} }
  const filter = await openContentFilter(noRows, { clock, logger })
  const acting = {
    models: { check() {}, mayUse: () => true },
    filter,
    assistants,
    sessions,
    states,
    attachments,
    approvals: () => approvals,
    turnLimits,
    toolTimeoutMs,
  }
  const undoMs = options.undoMs ?? 10_000
  const memory = createMemoryService({
    db,
    allowed: () => operator.contextAwareness,
    embedder: options.embedder ?? (() => null),
    changes,
    clock,
    logger,
    undoMs,
  })
  const runs = createRunService({
    ...acting,
    memory,
    db,
    audit,
    admission,
    selector,
    settings,
    changes,
    clock,
    logger,
    onEnd: () => {},
    admit: () => {},
  })
  const conversations = createConversationService({
    db,
    runs,
    projects: { of: async () => null, stop: () => {} },
    files: sessions,
    attachments,
    changes,
    clock,
    logger,
    undoMs,
  })
  const summaries = createSummaryService({ db, conversations, changes, clock })
  return {
    memory,
    summaries,
    db,
    site: test?.site ?? null,
    engine,
    selector,
    admission,
    runs,
    sessions,
    uploads,
    claims,
    attachments,
    conversations,
    published,
    problems,
    operator,
    switches,
    rules,
    operatorRules,
    send: (over: Partial<SendInput> = {}) => runs.send(LOCAL_OWNER_ID, question(over)),
    watch: (runId: string, after = 0, signal: AbortSignal = new AbortController().signal) =>
      runs.watch(LOCAL_OWNER_ID, { runId }, after, signal),
    /** Everything of a run until its end. */
    hear: (runId: string) => hear(runs.watch(LOCAL_OWNER_ID, { runId }, 0, AbortSignal.timeout(20_000))),
    async close() {
      await runs.close(0)
      await sessions.close()
      await db.close()
    },
  }
}

export type RunKit = Awaited<ReturnType<typeof openRunKit>>

let keys = 0
export function question(over: Partial<SendInput> = {}): SendInput {
  keys += 1
  return {
    key: `key-${process.pid}-${keys}`,
    conversationId: null,
    parentId: null,
    text: 'Why is the sky blue?',
    ...over,
  }
}

/** What a watcher has heard, kept as a page keeps it: rolled back when it is told to. */
export class Listener {
  events: RunEvent[] = []
  rollbacks = 0

  take(item: WatchItem): void {
    if (item.kind === 'rollback') {
      this.rollbacks += 1
      this.events = this.events.slice(0, item.seq)
      return
    }
    for (const event of item.events) {
      if (event.seq !== this.events.length + 1) throw new Error(`got ${event.seq} after ${this.events.length}`)
      this.events.push(event)
    }
  }

  get seq(): number {
    return this.events.length
  }

  view(): RunView {
    return this.events.reduce(reduceRun, emptyRunView('', 0))
  }
}

async function hear(items: AsyncIterable<WatchItem>): Promise<Listener> {
  const listener = new Listener()
  for await (const item of items) listener.take(item)
  return listener
}
