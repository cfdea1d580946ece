import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Db, findProjectFolder, type ProjectRow } from '@reynard/db'
import { AppError } from '@reynard/protocol'
import {
  addressesOf,
  archiveStem,
  cloneUrl,
  type FetchPackOptions,
  parseWebUrl,
  resolveBySystem,
} from '@reynard/sandbox'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { UploadClaims } from '../uploads/upload-claims.ts'
import type { UploadStore } from '../uploads/upload-store.ts'
import { refused } from '../workspaces/refused.ts'
import type { ProtectedFolders } from './check-folder.ts'
import { checkRegistered } from './folder-access.ts'
import { cloneProject, type ImportContext, type Imported, openFolderProject, unpackProject } from './import-project.ts'
import type { BringProjectInput } from './project-service.ts'

/** How long the dialog waits for a name to be resolved. */
const lookupMs = 5_000

type Options = {
  db: Db
  sessions: Pick<ToolSessions, 'unavailable'>
  uploads: Pick<UploadStore, 'read' | 'remove'>
  claims: Pick<UploadClaims, 'claim'>
  known(): ProtectedFolders
  network: Pick<FetchPackOptions, 'resolve' | 'policy'>
}

/** Where a project comes from, as its row says it, and how it is brought. */
export type ProjectPlan = Pick<ProjectRow, 'kind' | 'name' | 'source' | 'folder_id'> & {
  bring(context: ImportContext): Promise<Imported>
}

/**
 * What is to be done, judged before anything is.
 * @throws {AppError} `not-found` for an upload or a folder that is gone, `unsupported` where no repository can be fetched here, and why an
 * address or a folder is refused
 */
export async function planProject(
  { db, sessions, uploads, claims, known, network }: Options,
  ownerId: string,
  { source }: BringProjectInput,
): Promise<ProjectPlan> {
  switch (source.kind) {
    case 'folder': {
      const row = await findProjectFolder(db.kysely, ownerId, source.folderId)
      if (row === undefined) throw new AppError('not-found', 'This folder is not registered any more.')
      const path = checkRegistered(row.path, known())
      return { kind: 'folder', name: basename(path), source: path, folder_id: row.id, bring: openFolderProject }
    }
    case 'git': {
      const url = network.policy === undefined ? await refused(() => cloneUrl(source.url)) : new URL(source.url)
      await mustBeOfTheWeb(url, network)
      const missing = await sessions.unavailable({ level: 'L3' })
      if (missing !== null) throw new AppError('unsupported', `A repository can not be fetched here: ${missing}`)
      const name = basename(url.pathname).replace(/\.git$/, '') || url.hostname
      return {
        kind: 'git',
        name,
        source: url.href,
        folder_id: null,
        bring: (context) => cloneProject(url.href, context),
      }
    }
    case 'zip': {
      const id = source.uploadId
      const claimed = await claims.claim(ownerId, [id])
      claimed.free()
      const name = claimed.uploads[0]?.name ?? 'project.zip'
      return {
        kind: 'zip',
        name: archiveStem(name),
        source: name,
        folder_id: null,
        async bring(context) {
          const { free } = await claims.claim(ownerId, [id])
          try {
            const imported = await unpackProject({ name, content: uploads.read(id) }, context)
            await uploads.remove(id)
            return imported
          } finally {
            free()
          }
        },
      }
    }
    default:
      return source satisfies never
  }
}

/** What can be told of a host at once is: a chat whose project never comes is none. A name that takes its time is looked up again later. */
async function mustBeOfTheWeb(url: URL, { resolve = resolveBySystem, policy }: Options['network']): Promise<void> {
  await refused(() => parseWebUrl(url.href, undefined, policy))
  const looking = refused(() => addressesOf(url, resolve, policy))
  const late = new AbortController()
  try {
    await Promise.race([looking, delay(lookupMs, undefined, { signal: late.signal, ref: false })])
  } finally {
    late.abort()
    looking.catch(() => {})
  }
}
