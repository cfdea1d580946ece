import { AppError, type ErrorCode } from '@reynard/protocol'
import { SandboxError, type SandboxErrorCode } from '@reynard/sandbox'

const codes: Record<SandboxErrorCode, ErrorCode> = {
  denied: 'forbidden',
  'not-found': 'not-found',
  'bad-path': 'bad-request',
  'too-large': 'bad-request',
  quota: 'conflict',
  'too-many': 'too-many-requests',
  unavailable: 'unsupported',
  timeout: 'conflict',
  aborted: 'aborted',
  failed: 'conflict',
  crashed: 'conflict',
}

/** Runs a piece of work for a person: what the workspace refuses is an `AppError` in its own words. */
export async function refused<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    throw new AppError(codes[error.code], error.message, { cause: error })
  }
}
