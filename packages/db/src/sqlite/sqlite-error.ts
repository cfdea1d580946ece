import { AppError } from '@reynard/protocol'
import type { SqliteFailure } from './sqlite-messages.ts'

const unique = 2067
const primaryKey = 1555
const foreignKey = 787
/** Read-only, an error of the disk, full: what the person in front of it can mend, and is told. */
const diskTrouble = new Set([3, 8, 10, 13])

/** SQLite's result codes as sentences that a person can act on. `path`: the database file. */
export function sqliteError({ message, errcode }: SqliteFailure, path: string): AppError {
  const cause = new Error(message)
  const details = { errcode, path }
  if (errcode === unique || errcode === primaryKey) {
    return new AppError('conflict', `This exists already (${message}).`, { cause, details })
  }
  if (errcode === foreignKey) {
    return new AppError('not-found', 'What this belongs to does not exist (any more).', { cause, details })
  }
  const primaryCode = (errcode ?? 1) & 0xff
  const docs = diskTrouble.has(primaryCode) ? { docs: 'disk' } : {}
  return new AppError('internal', sentenceFor(primaryCode, message, path), { cause, details, ...docs })
}

function sentenceFor(primaryCode: number, message: string, path: string): string {
  switch (primaryCode) {
    case 5:
    case 6:
      return `The database ${path} is busy with another process. Try again, or stop what else has it open.`
    case 3:
    case 8:
      return `The database ${path} can't be written: the folder or file is read-only. Set REYNARD_DATA_DIR to a folder that you can write.`
    case 10:
      return `The disk under ${path} reports an error (${message}). Check the disk; the last backup is in the folder "backups" beside it.`
    case 11:
    case 26:
      return `The database ${path} is damaged or is not a database (${message}). Move it away and run "npm run restore" with the newest file in the folder "backups" beside it.`
    case 13:
      return `The disk that holds ${path} is full. Free some space, or set REYNARD_DATA_DIR to another disk.`
    case 14:
      return `The database ${path} can't be opened (${message}). Check that the folder exists and is yours, or set REYNARD_DATA_DIR.`
    default:
      return `The database refused a statement: ${message}`
  }
}
