'use client'
import { HELP_FOR, type RunView } from '@reynard/protocol'
import { ScrollText, Square, TriangleAlert, Unplug } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { lazy, Suspense, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Note } from '../../components/note.tsx'
import { chatMessages } from '../../lib/messages-chat.ts'
import { helpAddress } from '../help/help-address.ts'
import { useChat } from './chat-context.ts'
import { ICON } from './trail-row.tsx'

const ModelPopover = lazy(async () => ({ default: (await import('../models/model-popover.tsx')).ModelPopover }))
const text = chatMessages

type RunEndedProps = {
  run: RunView
  messageId: string
  /** The newest answer on screen: only it can be gone on with. */
  isLast: boolean
  /** Something of it is there. */
  hasText: boolean
}

/** Why an answer ended that did not simply end, with the action that goes on. */
export function RunEnded({ run, messageId, isLast, hasText }: RunEndedProps) {
  const { commands } = useChat()
  const goOn = (look: 'plain' | 'accent') =>
    isLast ? (
      <Button size="sm" look={look} onClick={() => commands.continueAnswer(messageId)}>
        {text.continue}
      </Button>
    ) : undefined
  // Before its first word there is nothing to go on from.
  const retry = isLast ? (
    <Button size="sm" onClick={() => commands.regenerate(messageId)}>
      {text.retry}
    </Button>
  ) : undefined
  switch (run.endReason) {
    case 'stopped':
      return (
        <Note icon={<Square {...ICON} />} actions={hasText || run.toolCalls.length > 0 ? goOn('plain') : retry}>
          <b>{run.stoppedBy === 'admin' ? text.stoppedByAdmin : text.stopped}</b>
        </Note>
      )
    case 'interrupted':
      return (
        <Note tone={isLast ? 'accent' : 'plain'} icon={<Unplug {...ICON} />} actions={goOn('accent')}>
          <b>{text.interrupted}</b> {text.interruptedMore}
        </Note>
      )
    case 'length':
      return (
        <Note icon={<ScrollText {...ICON} />} actions={goOn('plain')}>
          <b>{text.length(run.parameters.maxTokens ?? null)}</b>
        </Note>
      )
    case 'failed':
      return <Failed run={run} messageId={messageId} isLast={isLast} hasText={hasText} />
    default:
      return null
  }
}

function Failed({ run, messageId, isLast, hasText }: RunEndedProps) {
  const path = usePathname()
  const { commands } = useChat()
  const button = useRef<HTMLButtonElement>(null)
  const [isChoosing, setChoosing] = useState(false)
  const message = run.error?.message ?? text.failed
  const [, first = message, rest = ''] = /^(.+?[.!?])\s+(.*)$/s.exec(message) ?? []
  return (
    <Note
      tone="danger"
      icon={<TriangleAlert {...ICON} />}
      actions={
        isLast && (
          <>
            {hasText && (
              <Button size="sm" onClick={() => commands.continueAnswer(messageId)}>
                {text.continue}
              </Button>
            )}
            <Button size="sm" look={hasText ? 'ghost' : 'plain'} onClick={() => commands.regenerate(messageId)}>
              {text.retry}
            </Button>
            <Button
              ref={button}
              size="sm"
              look="ghost"
              aria-expanded={isChoosing}
              onClick={() => setChoosing(!isChoosing)}
            >
              {text.changeModel}
            </Button>
            <Suspense fallback={null}>
              {isChoosing && (
                <ModelPopover
                  anchor={button}
                  chosen={run.model}
                  onClose={() => setChoosing(false)}
                  onChoose={(model) => commands.regenerate(messageId, model)}
                />
              )}
            </Suspense>
          </>
        )
      }
    >
      <b>{first}</b> {rest}{' '}
      {run.error && (
        <Link
          href={helpAddress(path, run.error.docs?.replace(/^.*#/, '') ?? HELP_FOR[run.error.code])}
          className="underline underline-offset-3 hover:text-ink"
        >
          {text.whatHelps}
        </Link>
      )}
    </Note>
  )
}
