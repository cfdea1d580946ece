import { SandboxError, type SandboxErrorCode } from '../sandbox-error.ts'

const known: Record<string, [SandboxErrorCode, string]> = {
  ENOENT: ['not-found', 'There is no such file or folder.'],
  ENOTDIR: ['not-found', 'A part of this path is not a folder.'],
  ELOOP: ['denied', 'This is a link; links are not followed.'],
  ENXIO: ['denied', 'This is not a regular file.'],
  EISDIR: ['bad-path', 'This is a folder, not a file.'],
  EEXIST: ['denied', 'There is something of this name already.'],
  ENOTEMPTY: ['denied', 'There is something of this name already.'],
  EINVAL: ['bad-path', 'A folder can’t be moved into itself.'],
  ENAMETOOLONG: ['bad-path', 'This path is too long.'],
  EACCES: ['denied', 'The server has no permission to do this.'],
  EPERM: ['denied', 'The server has no permission to do this.'],
  EROFS: ['denied', 'This place is read-only.'],
  ENOSPC: ['quota', 'The disk is full.'],
  EDQUOT: ['quota', 'The disk is full.'],
  EMFILE: ['unavailable', 'The server has too many files open. Try again.'],
  ENFILE: ['unavailable', 'The server has too many files open. Try again.'],
}

/** The system's code of a failed call, such as `ENOENT`; `undefined` where the error carries none. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/**
 * A failed system call as a `SandboxError`, without the host's path that Node puts into its message. Ours pass unchanged; what is no
 * failure of the file system is thrown on as it came.
 */
export function toSandboxError(error: unknown): SandboxError {
  if (error instanceof SandboxError) return error
  const code = systemCode(error)
  if (code === undefined) throw error
  const [ours, message] = known[code] ?? ['failed', `The file system answered ${code}.`]
  return new SandboxError(ours, message, { cause: error })
}
