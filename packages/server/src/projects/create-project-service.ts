import { basename } from 'node:path'
import {
  type Db,
  deleteApprovalRules,
  deleteProject,
  deleteProjectFolder,
  disownAllFiles,
  failImportingProjects,
  findConversation,
  findProject,
  findProjectFolder,
  insertConversation,
  insertProjectFolder,
  listImportingProjects,
  listProjectFolders,
  listSettings,
  type ProjectFolderRow,
  putProject,
  putSetting,
  updateProject,
} from '@reynard/db'
import { AppError, commitAuthorSchema, type Project, type RegisteredFolder } from '@reynard/protocol'
import type { FetchPackOptions } from '@reynard/sandbox'
import { v7 as newId } from 'uuid'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { ChangeSink, Clock, RunLogger } from '../runs/ports.ts'
import type { RunService } from '../runs/run-service.ts'
import type { UploadClaims } from '../uploads/upload-claims.ts'
import type { UploadStore } from '../uploads/upload-store.ts'
import { refused } from '../workspaces/refused.ts'
import { checkFolder, type ProtectedFolders } from './check-folder.ts'
import { checkRegistered } from './folder-access.ts'
import { type ProjectPlan, planProject } from './plan-project.ts'
import type { ProjectService } from './project-service.ts'

type Options = {
  db: Db
  audit: Pick<AuditLog, 'entry'>
  sessions: Pick<ToolSessions, 'open' | 'find' | 'remove' | 'forget' | 'unavailable'>
  uploads: Pick<UploadStore, 'read' | 'remove'>
  claims: Pick<UploadClaims, 'claim'>
  runs: Pick<RunService, 'isLive'>
  changes: ChangeSink
  clock: Clock
  logger: RunLogger
  /** Folders that are never a project; read anew each time. */
  known(): ProtectedFolders
  network?: Pick<FetchPackOptions, 'resolve' | 'policy'>
}

type Job = { bytes: number; stop: AbortController; done: Promise<void> }

const deadlineMs = 15 * 60_000
const tellEveryMs = 500
const mostFolders = 100
const authorKey = 'commit-author'
const interrupted = 'The server stopped while it was being brought. Bring it again.'

/** Projects by the database and the workspaces of chats. One is brought beside the call that asks for it, and ends within its deadline. */
export function createProjectService(options: Options): ProjectService {
  const { db, audit, sessions, uploads, claims, runs, changes, clock, logger, known, network = {} } = options
  const { kysely } = db
  const jobs = new Map<string, Job>()

  async function conversationOf(ownerId: string, id: string) {
    const row = await findConversation(kysely, ownerId, id)
    if (row === undefined) throw new AppError('not-found', 'This conversation is not here. It may have been deleted.')
    return row
  }

  function describeFolder(row: ProjectFolderRow & { chats: number }): RegisteredFolder {
    const { id, path, created_at: createdAt, chats } = row
    let problem: string | null = null
    try {
      checkRegistered(path, known())
    } catch (error) {
      problem = error instanceof AppError ? error.message : 'It can not be read just now.'
    }
    return { id, path, name: basename(path), createdAt, problem, chats }
  }

  /** A chat is brought a project before it has files, and while nobody works in it. */
  async function mustBeFree(ownerId: string, conversationId: string): Promise<void> {
    await conversationOf(ownerId, conversationId)
    const before = await findProject(kysely, conversationId)
    if (before !== undefined && before.state !== 'failed')
      throw new AppError('conflict', `This chat works on ${before.name} already. Bring another project in a new chat.`)
    if (runs.isLive(conversationId))
      throw new AppError('conflict', 'An answer is being written in this chat. Stop it or wait for its end first.')
    // What failed left nothing, so files that are there were made since; those of a folder are its owner's.
    const workspace = before?.kind === 'folder' ? null : await sessions.find(conversationId)
    if (workspace === null) return
    const { entries } = await workspace.list('.', { maxEntries: 1 })
    if (entries.length > 0)
      throw new AppError('conflict', 'There are files in this chat already. Bring the project in a new chat.')
  }

  const tell = (ownerId: string, conversationId: string) => {
    changes.publish(ownerId, { kind: 'conversation', conversationId })
    changes.publish(ownerId, { kind: 'workspace', conversationId })
  }

  async function work(ownerId: string, conversationId: string, { bring, name }: ProjectPlan, job: Job): Promise<void> {
    const signal = AbortSignal.any([job.stop.signal, AbortSignal.timeout(deadlineMs)])
    let toldAt = 0
    const onProgress = (bytes: number) => {
      job.bytes = bytes
      if (clock.now() - toldAt < tellEveryMs) return
      toldAt = clock.now()
      changes.publish(ownerId, { kind: 'conversation', conversationId })
    }
    try {
      const imported = await refused(async () => {
        const session = await sessions.open({ ownerId, conversationId })
        return bring({ session, signal, onProgress, network })
      })
      const patch = { state: 'ready' as const, problem: null, name: imported.name ?? name, base: imported.base }
      await db.commit([updateProject(kysely, conversationId, patch)])
    } catch (error) {
      const isOurs = error instanceof AppError
      if (!isOurs) logger.error({ err: error, conversationId }, 'a project could not be brought')
      const problem = isOurs ? error.message : 'It could not be brought. The log of the server says more.'
      await sessions.remove([conversationId])
      const isStopped = job.stop.signal.aborted
      await db.commit([
        isStopped
          ? deleteProject(kysely, conversationId)
          : updateProject(kysely, conversationId, { state: 'failed', problem }),
      ])
    }
  }

  return {
    async folders(ownerId) {
      return (await listProjectFolders(kysely, ownerId)).map(describeFolder)
    },
    async registerFolder(ownerId, path) {
      const real = checkFolder(path, known())
      const all = await listProjectFolders(kysely, ownerId)
      if (all.some((row) => row.path === real)) throw new AppError('conflict', `${real} is registered already.`)
      if (all.length >= mostFolders)
        throw new AppError('conflict', `There are ${mostFolders} folders. Remove one first.`)
      const row = { id: newId(), owner_id: ownerId, path: real, created_at: clock.now() }
      const entry = audit.entry('folder-register', { object: { kind: 'folder', id: row.id, name: real } })
      await db.commit([insertProjectFolder(kysely, row), entry])
      return describeFolder({ ...row, chats: 0 })
    },
    async removeFolder(ownerId, id) {
      const folder = await findProjectFolder(kysely, ownerId, id)
      if (folder === undefined) throw new AppError('not-found', 'This folder is not registered any more.')
      const entry = audit.entry('folder-remove', { object: { kind: 'folder', id, name: folder.path } })
      await db.commit([deleteProjectFolder(kysely, ownerId, id), entry])
    },
    async bring(ownerId, input) {
      const planned = await planProject({ db, sessions, uploads, claims, known, network }, ownerId, input)
      const { bring: _bring, ...row } = planned
      const now = clock.now()
      const conversationId = input.conversationId ?? newId()
      if (input.conversationId !== null) await mustBeFree(ownerId, conversationId)
      // Two at once: the second one finds the first.
      if (jobs.has(conversationId)) throw new AppError('conflict', 'A project is being brought into this chat already.')
      const job: Job = { bytes: 0, stop: new AbortController(), done: Promise.resolve() }
      jobs.set(conversationId, job)
      try {
        await sessions.remove([conversationId])
        await db.commit([
          ...(input.conversationId === null
            ? [
                insertConversation(kysely, {
                  id: conversationId,
                  owner_id: ownerId,
                  title: row.name.slice(0, 200) || 'Project',
                  // The project's name says what the chat is about: no model calls it otherwise.
                  title_source: 'person',
                  pinned: 0,
                  source: 'ui',
                  settings: JSON.stringify(input.assistant ? { assistant: input.assistant } : {}),
                  active_leaf_id: null,
                  created_at: now,
                  updated_at: now,
                  read_at: now,
                  deleted_at: null,
                }),
              ]
            : []),
          putProject(kysely, {
            ...row,
            conversation_id: conversationId,
            owner_id: ownerId,
            state: 'importing',
            problem: null,
            base: null,
            created_at: now,
          }),
          // What was allowed for the chat's own files is not allowed for somebody's project.
          deleteApprovalRules(kysely, conversationId),
          disownAllFiles(kysely, conversationId),
          audit.entry('project-bring', { object: { kind: 'chat', id: conversationId }, details: { kind: row.kind } }),
        ])
      } catch (error) {
        jobs.delete(conversationId)
        throw error
      }
      tell(ownerId, conversationId)
      job.done = work(ownerId, conversationId, planned, job)
        .catch((error: unknown) => logger.error({ err: error, conversationId }, 'what came of a project was not saved'))
        .finally(() => {
          jobs.delete(conversationId)
          tell(ownerId, conversationId)
        })
      return { conversationId }
    },
    async cancel(ownerId, conversationId) {
      await conversationOf(ownerId, conversationId)
      const job = jobs.get(conversationId)
      job?.stop.abort()
      await job?.done
    },
    stop: (conversationId) => jobs.get(conversationId)?.stop.abort(),
    async of(ownerId, conversationId) {
      const row = await findProject(kysely, conversationId)
      if (row === undefined || row.owner_id !== ownerId) return null
      const { kind, name, source: from, base } = row
      const about = {
        conversationId,
        kind,
        name,
        from,
        hasHistory: row.state === 'ready' && (base !== null || kind === 'folder'),
      }
      if (row.state === 'importing')
        return { ...about, state: 'importing', bytes: jobs.get(conversationId)?.bytes ?? 0 } satisfies Project
      if (row.state === 'ready') return { ...about, state: 'ready' } satisfies Project
      return { ...about, state: 'failed', problem: row.problem ?? interrupted } satisfies Project
    },
    async history(ownerId, conversationId, form) {
      const { title } = await conversationOf(ownerId, conversationId)
      const none = new AppError('not-found', 'Nothing is committed in this chat yet.')
      if ((await sessions.find(conversationId)) === null) throw none
      return await refused(async () => {
        const { git } = await sessions.open({ ownerId, conversationId })
        const repository = await git.repository(AbortSignal.timeout(60_000))
        const branch = await repository.currentBranch()
        if (branch === undefined || (await repository.commitId('HEAD')) === undefined) throw none
        const project = await findProject(kysely, conversationId)
        const name = project?.name ?? title
        if (form === 'bundle') return { name: `${name}.bundle`, bytes: await repository.bundle(branch) }
        const bytes = await repository.patch(project?.base ?? undefined)
        if (bytes.length === 0) throw new AppError('not-found', 'Nothing was committed since the project came.')
        return { name: `${name}.patch`, bytes }
      })
    },
    async author(ownerId) {
      const value = (await listSettings(kysely, ownerId)).find(({ key }) => key === authorKey)?.value
      const parsed = value === undefined ? undefined : commitAuthorSchema.nullable().safeParse(JSON.parse(value))
      return parsed?.success ? parsed.data : null
    },
    async setAuthor(ownerId, author) {
      const setting = { scope: ownerId, key: authorKey, value: JSON.stringify(author), now: clock.now() }
      await db.commit([putSetting(kysely, setting)])
    },
    async recover() {
      const half = await listImportingProjects(kysely)
      if (half.length === 0) return
      await sessions.remove(half.map((row) => row.conversation_id))
      await db.commit([failImportingProjects(kysely, interrupted)])
    },
    async close() {
      for (const { stop } of jobs.values()) stop.abort()
      await Promise.all([...jobs.values()].map(({ done }) => done))
    },
  }
}
