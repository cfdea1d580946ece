import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ASSISTANTS, TOOLS } from '@reynard/agent'
import { type Db, LOCAL_OWNER_ID, openDatabase, searchMessages } from '@reynard/db'
import type { AccessMode, RunView, SystemStatus } from '@reynard/protocol'
import type { Caller } from './access/access.ts'
import { createAccounts } from './accounts/create-accounts.ts'
import type { Admission } from './admission/admission.ts'
import { createAdmission } from './admission/create-admission.ts'
import type { AssistantKit } from './assistants/assistant-kit.ts'
import { createAssistantService } from './assistants/create-assistant-service.ts'
import { createFileRoute } from './assistants/serve-file.ts'
import { createToolRuleService } from './assistants/tool-rules.ts'
import { createToolSessions, type ToolSessions } from './assistants/tool-sessions.ts'
import { readToolStatistics } from './assistants/tool-statistics.ts'
import { createAuditRoute } from './audit/audit-route.ts'
import { createAuditLog } from './audit/create-audit-log.ts'
import { startTrimming } from './audit/start-trimming.ts'
import { createConsole } from './console/create-console.ts'
import { createModelConsole } from './console/create-model-console.ts'
import { createEngineMemory } from './console/engine-memory.ts'
import { createConversationService } from './conversations/create-conversation-service.ts'
import type { EngineHub } from './engines/engine-hub.ts'
import { finishedRun, listFinishedRuns } from './engines/finished-runs.ts'
import { freeIdleModels } from './engines/free-idle.ts'
import { createModelSpeeds } from './engines/model-speed.ts'
import type { Env } from './env.ts'
import { openContentFilter } from './filter/open-content-filter.ts'
import {
  screenedAssistants,
  screenedConversations,
  screenedMemory,
  screenedRuns,
  screenedSummaries,
  screenedUploads,
} from './filter/screened-services.ts'
import { openGroupDirectory } from './groups/group-directory.ts'
import { createGroupService } from './groups/group-service.ts'
import { createPermittedModels } from './groups/permitted-models.ts'
import { createHealthService } from './health/create-health-service.ts'
import { clientAddress, trustedProxies } from './http/client-address.ts'
import { createHttpHandlers } from './http/http-handlers.ts'
import { createLogger, type Logger } from './logging/create-logger.ts'
import { createMemoryService } from './memory/create-memory-service.ts'
import { createSummaryService } from './memory/summary-service.ts'
import { openNotices } from './notices/open-notices.ts'
import { protectedFolders } from './projects/check-folder.ts'
import { createProjectService } from './projects/create-project-service.ts'
import { folderOf } from './projects/folder-access.ts'
import { cleanUp } from './rest/clean-up.ts'
import { readStatistics } from './rest/read-statistics.ts'
import { createRestFacade } from './rest/rest-facade.ts'
import { type AppRouter, appRouter } from './router.ts'
import { createRunService } from './runs/create-run-service.ts'
import { type ChangeSink, type Clock, systemClock } from './runs/ports.ts'
import type { Services } from './services.ts'
import { openServerSettings } from './settings/server-settings.ts'
import { settingsRows } from './settings/settings-rows.ts'
import { openModels } from './setup/open-models.ts'
import { createChangeBus } from './status/change-bus.ts'
import { createStatusBoard } from './status/system-status.ts'
import { createStorageService } from './storage/create-storage-service.ts'
import { createTelemetry, type Telemetry } from './telemetry/create-telemetry.ts'
import { observedEmbedder } from './telemetry/observed-embedder.ts'
import { openTraces } from './telemetry/traces/open-traces.ts'
import { declaredAccess } from './trpc.ts'
import { createAttachmentService } from './uploads/create-attachment-service.ts'
import { createUploadClaims } from './uploads/upload-claims.ts'
import { createUploadRoute } from './uploads/upload-route.ts'
import { createUploadStore } from './uploads/upload-store.ts'
import { createUsageService } from './usage/create-usage-service.ts'
import { createUsageRoute } from './usage/usage-route.ts'
import { createToolPorts } from './web/create-tool-ports.ts'
import type { WebNetwork } from './web/create-web-access.ts'
import { openSearchSettings } from './web/search-settings.ts'
import { withDeadline } from './with-deadline.ts'
import { createWorkspaceService } from './workspaces/create-workspace-service.ts'
import { createWorkspaceStates } from './workspaces/workspace-states.ts'

export type OpenServerOptions = {
  env: Env
  logger?: Logger
  clock?: Clock
  /** Assistants and tools instead of those that Reynard comes with: for tests. */
  kit?: AssistantKit
  /** Where names lead and which addresses may be asked, instead of the public internet: for tests. */
  network?: WebNetwork
  /** Takes a sentence for people for each thing out of the ordinary that is done while opening; without it they go to the log. */
  onStep?: (line: string) => void
  /** Added to every commit, in milliseconds: the bench's slow disk. */
  commitDelayMs?: number
}

/** Everything below `/api/`, and what stands behind it. */
export type ReynardServer = {
  /** False: not ours, give it to the pages. */
  handleRequest(req: IncomingMessage, res: ServerResponse): boolean | Promise<boolean>
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean
  status(): SystemStatus
  /** How it is entered just now. */
  mode(): AccessMode
  /** The status as it is, then each change. Returns how to stop. */
  onStatus(listener: (status: SystemStatus) => void): () => void
  /** Resolves when a restore or another server has taken the data over: this server can save nothing more. Close it and open another. */
  replaced: Promise<void>
  /** Ends everything within ten seconds; what was acknowledged is saved. Safe to call twice. */
  close(): Promise<void>
}

/** Live runs get this long to come to their end; the rest is marked `interrupted` and can be continued. */
const graceMs = 3_000
/** Past runs that say how fast each model is here. */
const runsToLearnFrom = 200

/**
 * Opens the database, the engines and the services. Resolves when calls can be served; engines and a first model are looked for beside
 * that, step by step in `status().setup`.
 * @throws AppError whose message is one sentence for people, or the system's error for a folder that can't be written
 */
export async function openServer(options: OpenServerOptions): Promise<ReynardServer> {
  const { env, clock = systemClock } = options
  const logger = options.logger ?? createLogger(env)
  let opening = true
  const say = options.onStep ?? ((line: string) => logger.info(line))
  const db = await openDatabase({
    dataDir: env.dataDir,
    databaseUrl: env.databaseUrl ?? undefined,
    commitDelayMs: options.commitDelayMs,
    log: (message) => (opening ? say(message) : logger.warn(message)),
  })
  opening = false
  const telemetry = createTelemetry(env, await openTraces(env, logger))
  try {
    const { kit = ownKit, network } = options
    return await openOn(telemetry.timed(db), { env, clock, logger, say, kit, network, telemetry })
  } catch (error) {
    await telemetry.close()
    await db.close()
    throw error
  }
}

type Parts = {
  env: Env
  clock: Clock
  logger: Logger
  say: (line: string) => void
  kit: AssistantKit
  network: WebNetwork | undefined
  telemetry: Telemetry
}

const memoryOff = 'Memory is switched off on this server (OLLAMA_CONTEXT_AWARENESS).'

/** What Reynard comes with. */
const ownKit: AssistantKit = { assistants: ASSISTANTS, tools: TOOLS }

/** In local mode whoever passed the guard at the door runs the server. */
const localOwner: Caller = { userId: LOCAL_OWNER_ID, role: 'owner', scopes: null, credential: null }

async function openOn(db: Db, { env, clock, logger, say, kit, network, telemetry }: Parts): Promise<ReynardServer> {
  declaredAccess(appRouter)
  const audit = createAuditLog({ db, clock, keptDays: () => settings.values().auditDays })
  const rows = settingsRows(db, clock, audit)
  const settings = await openServerSettings(env, rows)
  const speeds = createModelSpeeds()
  for (const run of await listFinishedRuns(db, runsToLearnFrom)) speeds.learn(run)
  const changes = createChangeBus()
  const groupDirectory = await openGroupDirectory(db)
  const notices = await openNotices({ rows, clock })
  const admission = createAdmission({
    places: env.queuePlaces,
    ceiling: settings.values().maxConcurrentRequests,
    perUser: settings.values().answersPerUser || null,
    clock,
    onChange: () => touch(),
  })
  const touch = () => status.touch()
  settings.onChange(() => {
    const { maxConcurrentRequests, answersPerUser } = settings.values()
    admission.setCeiling(maxConcurrentRequests)
    admission.setPerUser(answersPerUser || null)
  })
  const open = await openModels({ env, settings, speeds, clock, logger, onChange: () => touch() })
  const status = createStatusBoard({
    hub: open.hub,
    slots: () => slotsOf(admission, open.hub),
    downloads: open.downloads.list,
    setup: open.firstModel.steps,
    hardware: open.hardware,
    modelsDir: env.modelsDir,
    unusableModels: open.unusableModels,
    notices,
    clock,
  })
  notices.onChange(status.touch)
  const announce: ChangeSink = {
    publish(ownerId, change) {
      changes.publish(ownerId, change)
      if (change.kind === 'run-started') touch()
      if (change.kind === 'run-ended') void states.quiet({ ownerId, conversationId: change.conversationId })
    },
  }
  const onEnd = (view: RunView) => {
    const run = finishedRun(view)
    if (run) speeds.learn(run)
    adminConsole.ended()
    touch()
  }
  const contentFilter = await openContentFilter(rows, { clock, logger })
  const search = await openSearchSettings(env, rows)
  const known = () => protectedFolders([env.dataDir, env.modelsDir])
  const sessions = createToolSessions(env.dataDir, {
    ...createToolPorts(db, search, network),
    folderOf: (conversationId) => folderOf(db, conversationId, known()),
    authorOf: (ownerId) => projects.author(ownerId),
    limits: settings.workspaceLimits,
  })
  const unavailable: typeof sessions.unavailable = async (tool) =>
    tool.needs?.includes('memory') && !settings.read().contextAwareness ? memoryOff : await sessions.unavailable(tool)
  const states = createWorkspaceStates({ sessions, changes: announce, clock, logger })
  for (const name of Object.keys(env.toolSeconds)) {
    if (!kit.tools.some((tool) => tool.name === name))
      say(`REYNARD_TOOL_SECONDS names ${name}, and there is no tool of this name.`)
  }
  const permitted = createPermittedModels({ hub: open.hub, directory: groupDirectory })
  const operatorRules = settings.toolRules
  const toolRules = createToolRuleService({
    db,
    audit,
    tools: kit.tools,
    clock,
    operator: operatorRules,
    groups: groupDirectory,
  })
  const assistants = createAssistantService({
    db,
    kit,
    unavailable,
    switches: settings.switches,
    hasModel: (name) => open.hub.find(name) !== null,
    rules: toolRules,
    groups: groupDirectory,
    clock,
    logger,
  })
  const uploads = createUploadStore(env.dataDir, () => clock.now())
  const claims = createUploadClaims({ db, store: uploads })
  const attachments = createAttachmentService({ db, store: uploads, claims, sessions, clock, logger })
  const memory = createMemoryService({
    db,
    allowed: () => settings.read().contextAwareness,
    embedder: observedEmbedder(open.hub.embedder, telemetry.runs.background),
    changes,
    clock,
    logger,
    undoMs: env.undoMs,
  })
  const runs = createRunService({
    db,
    audit,
    attachments,
    admission,
    selector: permitted,
    models: permitted,
    settings,
    assistants,
    sessions,
    states,
    memory,
    filter: contentFilter,
    approvals: () => ({ expiryMs: env.approvals.expiryMs, apiMayAct: settings.apiMayAct() }),
    toolTimeoutMs: settings.toolTimeoutMs,
    turnLimits: settings.turnLimits,
    changes: announce,
    clock,
    logger,
    onEnd,
    admit: notices.admit,
    telemetry: telemetry.runs,
  })
  const engineMemory = createEngineMemory({ hub: open.hub, hardware: open.hardware, now: () => clock.now() })
  const adminConsole = createConsole({
    db,
    audit,
    runs,
    memory: engineMemory,
    slots: () => slotsOf(admission, open.hub),
    clock,
  })
  const modelConsole = createModelConsole({
    db,
    hub: open.hub,
    models: open.models,
    memory: engineMemory,
    settings,
    busyModels: admission.busyModels,
    freeEmbedded: open.freeEmbedded,
    modelsDir: env.modelsDir,
    clock,
    logger,
  })
  const projects = createProjectService({
    db,
    audit,
    sessions,
    uploads,
    claims,
    runs,
    changes: announce,
    clock,
    logger,
    known,
    network,
  })
  const conversations = createConversationService({
    db,
    runs,
    projects,
    files: sessions,
    attachments,
    changes,
    clock,
    logger,
    undoMs: env.undoMs,
  })
  const accounts = await createAccounts({
    db,
    env,
    audit,
    clock,
    logger,
    say,
    localOwner,
    endWhere: (test) => handlers.endWhere(test),
  })
  const groups = createGroupService({
    db,
    kit,
    directory: groupDirectory,
    clock,
    audit,
    mode: accounts.mode,
    onChange() {
      changes.publishToAll({ kind: 'access' })
      touch()
    },
  })
  const summaries = createSummaryService({ db, conversations, changes, clock })
  // What people write passes the filter at the doors; what models write, between the engine and all else.
  const storage = createStorageService({ env, clock, logger })
  const usage = createUsageService({ db, kit, clock })
  const services: Services = {
    audit,
    accounts,
    groups,
    permitted,
    runs: screenedRuns(runs, contentFilter),
    console: adminConsole,
    usage,
    modelConsole,
    workspaces: createWorkspaceService({ db, sessions, uploads, claims, runs, changes, clock }),
    memory: screenedMemory(memory, contentFilter),
    summaries: screenedSummaries(summaries, contentFilter),
    projects,
    assistants: screenedAssistants(assistants, contentFilter),
    toolRules,
    toolStatistics: () => readToolStatistics(db),
    conversations: screenedConversations(conversations, contentFilter),
    search: (ownerId, input) => searchMessages(db, { ownerId, ...input }),
    changes,
    models: open.models,
    downloads: open.downloads,
    settings,
    webSearch: search,
    contentFilter,
    status,
    notices,
    storage,
    health: createHealthService({
      db,
      env,
      clock,
      dataDir: env.dataDir,
      hub: open.hub,
      settings,
      sessions,
      logger,
      status: status.current,
      settingsView: settings.view,
    }),
  }

  await projects.recover()
  await attachments.recover()
  const left = await runs.recover().catch(async (error: unknown) => {
    await open.close()
    throw error
  })
  if (left > 0)
    say(
      `${left === 1 ? 'An answer was' : `${left} answers were`} cut off by the last stop; the chat offers to continue.`,
    )
  const stopPurging = conversations.startPurging()
  const stopSweeping = attachments.startSweeping()
  const stopTrimming = startTrimming(audit, logger)
  const takeUpload = createUploadRoute({ store: screenedUploads(uploads, contentFilter), attachments, clock, logger })
  const serveFile = createFileRoute({ db, sessions, projects, logger })
  const restRoutes = createRestFacade({
    services,
    selector: permitted,
    statistics: () => readStatistics(db),
    cleanUp: () =>
      cleanUp(
        () =>
          freeIdleModels({
            hub: open.hub,
            busyModels: admission.busyModels,
            freeEmbedded: open.freeEmbedded,
            logger,
          }),
        [
          { describe: (count) => `the texts of ${some(count, 'document')}`, clear: attachments.freeTexts },
          {
            describe: (count) => `the memories of ${some(count, 'person', 'people')} as vectors`,
            clear: memory.freeVectors,
          },
          {
            describe: (count) => `the recommendations for ${some(count, 'model')}`,
            clear: open.hub.forgetRecommendations,
          },
        ],
      ),
    strictModel: env.strictModel,
    takesContext: () => settings.read().contextAwareness,
    assistantsEnabled: () => settings.switches().assistants,
    logger,
  })
  const proxies = trustedProxies(env.trustedProxies)
  const handlers = createHttpHandlers<AppRouter>({
    router: appRouter,
    createContext: (caller, address) => ({ caller, address, services }),
    routes: [
      accounts.route,
      serveFile,
      takeUpload,
      createAuditRoute({ audit, logger }),
      createUsageRoute({ usage, audit, logger }),
      ...restRoutes,
      telemetry.route,
    ],
    identify: accounts.identify,
    addressOf: (req) => clientAddress(req, proxies),
    guard: accounts.guard,
    redirect: accounts.redirect,
    logger,
    metrics: telemetry.http,
  })
  telemetry.watch(() => ({ ...runs.activity(), slots: slotsOf(admission, open.hub), sockets: handlers.sockets() }))
  void open.firstModel.search()
  // After what waits already: a first answer need not wait for it.
  setImmediate(() => void sayWhatIsMissing(sessions, logger))

  async function shutDown(): Promise<void> {
    const failed = (error: unknown) => logger.error({ err: error }, 'a part did not close in order')
    stopPurging()
    notices.close()
    storage.close()
    stopSweeping()
    stopTrimming()
    accounts.close()
    // Takes no new run from here on. Pages go first, so that they come back to the next process and not to this one's last moments.
    const runsEnded = runs.close(graceMs)
    await withDeadline(handlers.close(), 2_000, failed)
    if (!(await withDeadline(runsEnded, graceMs + 2_000, failed))) logger.error('runs did not end in time')
    status.close()
    await withDeadline(open.close(), 2_000, failed)
    await withDeadline(projects.close(), 2_000, failed)
    await withDeadline(sessions.close(), 2_000, failed)
    await withDeadline(contentFilter.close(), 2_000, failed)
    await withDeadline(telemetry.close(), 2_000, failed)
    await db.close()
  }

  let closing: Promise<void> | null = null
  return {
    handleRequest: handlers.handleRequest,
    handleUpgrade: handlers.handleUpgrade,
    mode: accounts.mode,
    status: status.current,
    onStatus(listener) {
      listener(status.current())
      return status.onChange(listener)
    },
    replaced: db.replaced,
    close() {
      closing ??= shutDown()
      return closing
    },
  }
}

/** Tools that need a wall which this machine lacks are listed as unavailable; the log says so too. */
async function sayWhatIsMissing(sessions: ToolSessions, logger: Logger): Promise<void> {
  const missing = await sessions.probe()
  if (missing !== null) logger.warn(`Tools that run programs are unavailable: ${missing}`)
}

/** "1 document", "2 documents". */
function some(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** The queue at the model that most questions go to. */
function slotsOf(admission: Admission, hub: EngineHub): SystemStatus['slots'] {
  const name = hub.defaultModel()?.name
  const found = name === undefined ? null : hub.find(name)
  return admission.snapshot(found && { host: found.host, model: found.model.name })
}
