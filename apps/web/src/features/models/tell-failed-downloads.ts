import type { SystemStatus } from '@reynard/protocol'
import { messages } from '../../lib/messages.ts'
import { showToast } from '../../lib/toast.ts'
import { isComing } from './model-facts.ts'

/** Says once, by a toast, that a download came to nothing. Where models are fetched its row says so, and why: there nothing more is said. */
export function tellFailedDownloads(before: SystemStatus | undefined, now: SystemStatus): void {
  if (before === undefined || now.active === null || location.pathname === '/settings/models') return
  const had = new Set(before.downloads.filter(({ state }) => state === 'failed').map(({ id }) => id))
  const failed = now.downloads.find((entry) => isComing(entry) && entry.state === 'failed' && !had.has(entry.id))
  if (failed) showToast(messages.downloads.failed(failed.label))
}
