'use client'
import { Info, TriangleAlert, Wrench, X } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { IconButton } from '../../components/button.tsx'
import { noticeMessages } from '../../lib/messages-notices.ts'
import { useStatus } from '../models/use-models.ts'

const text = noticeMessages
const KEY = 'reynard-announcement-read'
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const
const GROUNDS = { info: 'bg-info-soft', warning: 'bg-warning-soft', danger: 'bg-danger-soft' } as const
const TONES = { info: 'text-info', warning: 'text-warning', danger: 'text-danger' } as const
const ROW = 'flex min-h-10 flex-none items-start gap-2.5 border-b border-line py-2 pr-3 pl-4 text-sm text-ink'

/** What everybody is told over every page: that new answers are paused, and the announcement until it is put away. */
export function NoticeBar() {
  const status = useStatus()
  const read = useSyncExternalStore(follow, readId, () => null)
  const announcement = status?.announcement ?? null
  const maintenance = status?.maintenance ?? null
  const isShown = announcement !== null && announcement.id !== read
  if (maintenance === null && !isShown) return null
  return (
    <section aria-label={text.label} className="max-h-[40dvh] flex-none overflow-y-auto">
      {maintenance !== null && (
        <div role="status" className={`${ROW} bg-warning-soft`}>
          <Wrench {...ICON} className="mt-0.5 flex-none text-warning" />
          <p className="min-w-0 flex-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
            <b className="font-mid">{text.maintenance}</b> {text.maintenanceMore} {maintenance.words}
          </p>
        </div>
      )}
      {isShown && (
        <div role="status" className={`${ROW} ${GROUNDS[announcement.level]}`}>
          {announcement.level === 'info' ? (
            <Info {...ICON} className={`mt-0.5 flex-none ${TONES.info}`} />
          ) : (
            <TriangleAlert {...ICON} className={`mt-0.5 flex-none ${TONES[announcement.level]}`} />
          )}
          <p className="min-w-0 flex-1 whitespace-pre-wrap [overflow-wrap:anywhere]">{announcement.text}</p>
          <IconButton label={text.dismiss} className="-my-1" onClick={() => putAway(announcement.id)}>
            <X {...ICON} />
          </IconButton>
        </div>
      )}
    </section>
  )
}

const listeners = new Set<() => void>()
let put: string | null = null

function readId(): string | null {
  try {
    return put ?? localStorage.getItem(KEY)
  } catch {
    // Blocked storage: it stays away until the page is loaded again.
    return put
  }
}

function putAway(id: string) {
  put = id
  try {
    localStorage.setItem(KEY, id)
  } catch {
    // As above.
  }
  for (const listener of listeners) listener()
}

function follow(listener: () => void): () => void {
  listeners.add(listener)
  const onStorage = () => {
    put = null
    listener()
  }
  addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', onStorage)
  }
}
