'use client'
import { Pause, Play } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { noticeMessages } from '../../lib/messages-notices.ts'
import { useNotices } from './use-notices.ts'

/** Maintenance by one press: no new run is accepted, until the next one. */
export function PauseButton() {
  const { maintenance, setMaintenance, isSaving } = useNotices()
  if (maintenance === undefined) return null
  const Icon = maintenance === null ? Pause : Play
  return (
    <Button once size="sm" disabled={isSaving} onClick={() => setMaintenance({ on: maintenance === null, words: '' })}>
      <Icon size={14} strokeWidth={1.75} aria-hidden />
      {maintenance === null ? noticeMessages.pause : noticeMessages.resume}
    </Button>
  )
}
