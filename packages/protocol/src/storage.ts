/** Where data of this server lies. `workspaces` holds projects and kept output of tools too. */
export type StoragePart = 'database' | 'workspaces' | 'uploads' | 'models' | 'backups'

/** A backup of the database in the data folder. `savedAt` in UTC milliseconds. */
export type BackupFile = { name: string; bytes: number; savedAt: number }

/** Sizes as they were when they were counted; null: not yet. A part on a Postgres server or that can't be read is null. */
export type StorageView = {
  folder: string
  countedAt: number | null
  isCounting: boolean
  sizes: { part: StoragePart; bytes: number | null; files: number | null }[]
  backups: BackupFile[]
  isBackingUp: boolean
}
