import type { RunLogger } from '../runs/ports.ts'
import type { AuditLog } from './audit-log.ts'

const EVERY_MS = 6 * 60 * 60_000

/** Lets old entries go now and every six hours. Returns how to stop. */
export function startTrimming(audit: Pick<AuditLog, 'trim'>, logger: RunLogger): () => void {
  const trim = () => {
    audit.trim().catch((error: unknown) => logger.warn({ err: error }, 'the audit log could not be trimmed'))
  }
  trim()
  const timer = setInterval(trim, EVERY_MS).unref()
  return () => clearInterval(timer)
}
