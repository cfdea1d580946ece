import { AppError } from '@reynard/protocol'

/** Postgres' error codes as sentences that a person can act on. Errors of ours pass as they are. */
export function postgresError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const message =
    error instanceof Error ? error.message || String('code' in error ? error.code : error.name) : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const options = { cause: error, details: { code } }
  if (code === '23505') return new AppError('conflict', `This exists already (${message}).`, options)
  if (code === '23503') return new AppError('not-found', 'What this belongs to does not exist (any more).', options)
  return new AppError('internal', sentenceFor(code, message), code === '53100' ? { ...options, docs: 'disk' } : options)
}

function sentenceFor(code: string, message: string): string {
  if (['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOENT', 'EAI_AGAIN'].includes(code)) {
    return `Postgres does not answer (${message}). Check that it runs and that DATABASE_URL names it.`
  }
  switch (code) {
    case '28P01':
    case '28000':
      return `Postgres refuses the login (${message}). Check user and password in DATABASE_URL.`
    case '3D000':
      return `Postgres has no such database (${message}). Create it, or correct DATABASE_URL.`
    case '42501':
      return `The Postgres user lacks a permission (${message}). It must own the database that DATABASE_URL names.`
    case '53100':
      return 'The disk of the Postgres server is full. Free some space there.'
    case '53300':
      return 'Postgres has no free connection. Raise its max_connections, or stop what else uses it.'
    default:
      return `Postgres reports: ${message}`
  }
}
