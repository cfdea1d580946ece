import { dirname } from 'node:path'
import { AppError, errorCodeOf } from '@reynard/protocol'

type Where = { url: string; path: string }

/** What went wrong, in a sentence for the person who waits for the file. */
export function asDownloadError(error: unknown, { url, path }: Where): AppError {
  if (error instanceof AppError) return error
  const host = new URL(url).host
  const folder = dirname(path)
  switch (nodeCodeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError(
        'engine-failed',
        `The disk of ${folder} is full. Free some space, or set REYNARD_MODELS_DIR to another disk.`,
        { cause: error },
      )
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
    case 'EEXIST':
      return new AppError(
        'forbidden',
        `The folder ${folder} cannot be written. Make it writable, or set REYNARD_MODELS_DIR to another one.`,
        { cause: error },
      )
    case 'UND_ERR_BODY_TIMEOUT':
      return new AppError('engine-timeout', `${host} stopped sending.`, { cause: error })
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new AppError('engine-timeout', `${host} did not answer in time.`, { cause: error })
    default: {
      const reason = error instanceof Error ? error.message : String(error)
      return new AppError('engine-unreachable', `${host} could not be reached (${reason}).`, { cause: error })
    }
  }
}

/** The HTTP statuses that hubs and registries answer with instead of a file. */
export function errorOfStatus(status: number, url: string, retryAfter: string | undefined): AppError {
  const { host, pathname } = new URL(url)
  switch (status) {
    case 401:
    case 403:
      return new AppError(
        'unauthorized',
        `${host} does not give this file without a permission. Accept its licence there and set HF_TOKEN.`,
      )
    case 404:
    case 410:
      return new AppError('not-found', `${host} has no file ${pathname}.`)
    case 429: {
      const seconds = Number(retryAfter)
      const retryAfterMs = Number.isFinite(seconds) && seconds >= 0 && retryAfter ? seconds * 1000 : undefined
      return new AppError('too-many-requests', `${host} is asked too often right now. Try again later.`, {
        retryAfterMs,
      })
    }
    default:
      return new AppError(
        status >= 500 ? 'engine-unreachable' : 'engine-failed',
        `${host} answered with status ${status}.`,
      )
  }
}

/** Full disks, missing files and wrong checksums do not get better by asking again. */
export function isWorthRetrying(error: AppError): boolean {
  const code = errorCodeOf(error)
  return (
    code === 'engine-unreachable' || code === 'engine-timeout' || code === 'too-many-requests' || code === 'conflict'
  )
}

function nodeCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Object)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'cause' in error ? nodeCodeOf(error.cause) : undefined
}
