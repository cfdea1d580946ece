import type { ErrorCode } from './error-code.ts'

/** The part of docs/troubleshooting.md that helps with an error of this kind, where the error itself names none. */
export const HELP_FOR: Record<ErrorCode, string> = {
  'bad-request': 'refused',
  unauthorized: 'refused',
  forbidden: 'refused',
  unsupported: 'refused',
  'not-found': 'server-failed',
  conflict: 'server-failed',
  'too-many-requests': 'busy',
  'no-engine': 'no-engine',
  'model-missing': 'model-missing',
  'engine-unreachable': 'ollama-not-running',
  'engine-busy': 'busy',
  'engine-failed': 'engine-failed',
  'engine-timeout': 'time-outs',
  'out-of-memory': 'memory',
  'content-blocked': 'content-filter',
  aborted: 'engine-failed',
  maintenance: 'maintenance',
  'shutting-down': 'server-failed',
  internal: 'server-failed',
}
