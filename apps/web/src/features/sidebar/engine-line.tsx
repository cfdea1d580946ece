'use client'
import Link from 'next/link'
import { messages } from '../../lib/messages.ts'
import { downloadFraction, isComing, isMoving } from '../models/model-facts.ts'
import { useStatus } from '../models/use-models.ts'
import { setOverlay } from '../shell/overlay.ts'
import { useIsCut } from '../shell/use-is-cut.ts'

type Line = { tone: 'fine' | 'busy' | 'broken' | 'unknown'; name: string; detail: string }

/** Who answers and how much room there is; where something is wrong, that in words. A link to the whole state. */
export function EngineLine() {
  const { tone, name, detail } = useLine()
  const dot = { fine: 'text-success', busy: 'text-accent', broken: 'text-danger', unknown: 'text-ink-3' }[tone]
  return (
    <Link
      href="/settings/models"
      onClick={() => setOverlay(null)}
      className="flex min-h-12 min-w-0 items-center gap-2.5 rounded-control px-2 py-1.5 text-xs text-ink-3 transition-colors duration-120 hover:bg-hover"
    >
      <span className={`${tone === 'busy' ? 'live-dot' : 'dot'} ${dot}`} aria-hidden />
      <span className="min-w-0">
        <b className={`block truncate font-mid ${tone === 'broken' ? 'text-danger' : 'text-ink-2'}`}>{name}</b>
        <span className="block truncate">{detail}</span>
      </span>
    </Link>
  )
}

function useLine(): Line {
  const status = useStatus()
  const isCut = useIsCut()
  if (isCut) {
    return { tone: 'broken', name: messages.engine.offline, detail: messages.engine.retrying }
  }
  if (!status) return { tone: 'unknown', name: messages.engine.connecting, detail: messages.engine.moment }
  const engine = status.engines.find((entry) => entry.kind === status.active)
  const downloads = status.downloads.filter(isComing)
  const coming = downloads.find(isMoving)
  if (coming) {
    const fraction = downloadFraction(coming)
    const percent = fraction === null ? null : Math.floor(fraction * 100)
    return {
      tone: 'busy',
      name: engine?.label ?? messages.engine.onItsWay,
      detail: messages.engine.downloading(coming.label, percent),
    }
  }
  const step = status.setup.findLast(({ state }) => state === 'running')
  if (!engine && step) {
    return { tone: 'busy', name: messages.engine.onItsWay, detail: step.detail ?? step.step }
  }
  // Where an engine answers, its state is what one looks for here: a download that came to nothing is told where models are fetched.
  const failed = engine ? undefined : downloads.find(({ state }) => state === 'failed')
  if (failed) {
    return { tone: 'broken', name: messages.engine.noModel, detail: messages.engine.downloadFailed(failed.label) }
  }
  const halted = downloads.find(({ state }) => state === 'paused')
  if (halted && !engine) {
    return { tone: 'unknown', name: messages.engine.noModel, detail: messages.engine.paused(halted.label) }
  }
  if (!engine && status.engines.some((entry) => entry.condition === 'no-model')) {
    return { tone: 'unknown', name: messages.engine.noModel, detail: messages.engine.noneDetail }
  }
  if (!engine) return { tone: 'broken', name: messages.engine.none, detail: messages.engine.noneDetail }
  if (status.defaultModel === null) {
    return { tone: 'broken', name: messages.engine.noModel, detail: messages.engine.noneDetail }
  }
  const { free, total, queued } = status.slots
  return {
    tone: 'fine',
    name: engine.label,
    detail:
      queued > 0
        ? messages.engine.queued(queued)
        : free < total
          ? messages.engine.answering(total - free, free)
          : messages.engine.idle(status.loadedModels),
  }
}
