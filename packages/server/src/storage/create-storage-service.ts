import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { backupInWorker } from '@reynard/db'
import { AppError, type BackupFile, type StoragePart, type StorageView } from '@reynard/protocol'
import { whenChanged } from '../console/when-changed.ts'
import type { Env } from '../env.ts'
import type { Clock, RunLogger } from '../runs/ports.ts'
import { type FolderSize, measureFolder } from './measure-folder.ts'

/** What is kept where, and backups of the database. */
export type StorageService = {
  /** As it is, then each change, at most once a second. Who looks sets the counting going where it is older than ten minutes. */
  watch(signal: AbortSignal): AsyncGenerator<StorageView, void>
  /** Counts anew, in the background. */
  count(): void
  /** Resolves with the file once it is checked and on the disk. Throws `conflict` while another one is made. */
  backUp(): Promise<BackupFile>
  /** Ends the counting. */
  close(): void
}

type Options = { env: Pick<Env, 'dataDir' | 'modelsDir' | 'databaseUrl'>; clock: Clock; logger: RunLogger }
type Sizes = Record<StoragePart, FolderSize | null>

const freshMs = 10 * 60_000

/** Reads folders only while somebody looks. */
export function createStorageService({ env, clock, logger }: Options): StorageService {
  const { dataDir, modelsDir, databaseUrl } = env
  const backupsFolder = join(dataDir, 'backups')
  const stop = new AbortController()
  let counted: { at: number; sizes: Sizes } | null = null
  let counting: Promise<void> | null = null
  let isBackingUp = false

  async function measure(): Promise<void> {
    const size = (folder: string) => measureFolder(folder, stop.signal)
    const sizes: Sizes = {
      database: databaseUrl === null ? await databaseSize(dataDir) : null,
      workspaces: await size(join(dataDir, 'workspaces')),
      uploads: await size(join(dataDir, 'uploads')),
      models: await size(modelsDir),
      backups: await size(backupsFolder),
    }
    counted = { at: clock.now(), sizes }
  }
  function count(): void {
    counting ??= measure()
      .catch((error: unknown) => {
        if (!stop.signal.aborted) logger.warn({ err: error }, 'the data folder could not be counted')
      })
      .finally(() => {
        counting = null
      })
  }

  async function view(): Promise<StorageView> {
    const parts: StoragePart[] = ['database', 'workspaces', 'uploads', 'models', 'backups']
    return {
      folder: dataDir,
      countedAt: counted?.at ?? null,
      isCounting: counting !== null,
      sizes: parts.map((part) => {
        const size = counted?.sizes[part] ?? null
        return { part, bytes: size?.bytes ?? null, files: size?.files ?? null }
      }),
      backups: await listBackups(backupsFolder),
      isBackingUp,
    }
  }

  return {
    watch(signal) {
      if (counted === null || clock.now() - counted.at > freshMs) count()
      return whenChanged(view, { clock, signal })
    },
    count,
    async backUp() {
      if (isBackingUp) throw new AppError('conflict', 'A backup is being made already. Wait for it.')
      isBackingUp = true
      try {
        const file = await backupInWorker({ dataDir, ...(databaseUrl !== null && { databaseUrl }) })
        const { size, mtimeMs } = await lstat(file)
        count()
        return { name: basename(file), bytes: size, savedAt: Math.round(mtimeMs) }
      } finally {
        isBackingUp = false
      }
    },
    close: () => stop.abort(),
  }
}

/** With what it has not folded in yet. */
async function databaseSize(dataDir: string): Promise<FolderSize> {
  const names = ['reynard.db', 'reynard.db-wal', 'reynard.db-shm']
  const found = await Promise.all(names.map((name) => lstat(join(dataDir, name)).catch(() => null)))
  return { bytes: found.reduce((sum, one) => sum + (one?.size ?? 0), 0), files: found.filter(Boolean).length }
}

/** The newest first. What is still being written is none yet. */
async function listBackups(folder: string): Promise<BackupFile[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(db|jsonl\.gz)$/.test(name))
  const files = await Promise.all(
    names.map(async (name) => {
      const found = await lstat(join(folder, name)).catch(() => null)
      return found?.isFile() ? { name, bytes: found.size, savedAt: Math.round(found.mtimeMs) } : null
    }),
  )
  return files.filter((file) => file !== null).toSorted((a, b) => b.savedAt - a.savedAt)
}
