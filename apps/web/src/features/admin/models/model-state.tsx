'use client'
import type { ConsoleModel } from '@reynard/protocol'
import { adminModelsMessages } from '../../../lib/messages-admin-models.ts'
import { useNow } from '../../chat/use-now.ts'

const text = adminModelsMessages

/** In memory or not, how much, until when; what it is doing just now. */
export function ModelState({ model }: { model: ConsoleModel }) {
  const { doing, memory, loaded, isBusy, loadMs } = model
  const now = useNow(doing !== null)
  if (doing !== null) {
    const isLoad = doing.verb === 'load'
    return (
      <span className="flex items-center gap-2 text-accent-ink">
        <span className="spinner" aria-hidden />
        {isLoad ? text.loading(Math.max(0, now - doing.since), loadMs) : text.unloading}
      </span>
    )
  }
  if (!loaded && memory === null) return <span className="text-ink-2">{text.notLoaded}</span>
  const stay = isBusy
    ? text.answers
    : memory === null
      ? null
      : memory.expiresAt === null
        ? text.stays
        : text.until(memory.expiresAt)
  return (
    <span className="flex items-start gap-2">
      <span className="grid h-5 place-items-center">
        <span className="dot text-success" aria-hidden />
      </span>
      <span className="grid">
        <span>{text.loaded(memory?.sizeBytes ?? null)}</span>
        {stay !== null && <span className="text-xs text-ink-3">{stay}</span>}
      </span>
    </span>
  )
}
