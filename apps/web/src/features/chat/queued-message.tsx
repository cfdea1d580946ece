'use client'
import { CircleAlert, CircleDashed, Pencil, X } from 'lucide-react'
import { Button, IconButton } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { useIsCut } from '../shell/use-is-cut.ts'
import type { QueuedMessage } from './use-queued-message.ts'

const text = messages.composer
const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const

type QueuedRowProps = {
  queued: QueuedMessage
  isHeld: boolean
  onEdit: () => void
  onRemove: () => void
  onSend: () => void
}

/** The question that waits above the field: when it goes, what it says, and the ways to change that. */
export function QueuedRow({ queued, isHeld, onEdit, onRemove, onSend }: QueuedRowProps) {
  const isCut = useIsCut()
  const problem = queued.failure?.message ?? (isHeld ? text.heldBack : null)
  return (
    <section
      aria-label={text.queued}
      className="flex items-center gap-2.5 border-b border-line py-1.5 pr-2 pl-4 text-sm max-sm:flex-wrap"
    >
      <span className="min-w-0 flex-1">
        <span role="status" className={`flex items-center gap-1.5 text-xs ${problem ? 'text-ink-2' : 'text-ink-3'}`}>
          {problem ? <CircleAlert {...ICON} className="flex-none text-warning" /> : <CircleDashed {...ICON} />}
          {problem ?? (isCut ? text.sendsWhenReached : text.sendsAtEnd)}
        </span>
        <span className="line-clamp-2 text-ink [overflow-wrap:anywhere]">{queued.text}</span>
        {queued.attachments && (
          <span className="line-clamp-1 text-xs text-ink-3 [overflow-wrap:anywhere]">
            {queued.attachments.map(({ name }) => name).join(', ')}
          </span>
        )}
      </span>
      <span className="flex flex-none items-center gap-1 max-sm:ml-auto">
        {problem && (
          <Button size="sm" onClick={onSend}>
            {text.sendNow}
          </Button>
        )}
        <IconButton label={text.edit} side="top" onClick={onEdit}>
          <Pencil {...ICON} />
        </IconButton>
        <IconButton label={text.remove} side="top" onClick={onRemove}>
          <X {...ICON} />
        </IconButton>
      </span>
    </section>
  )
}
