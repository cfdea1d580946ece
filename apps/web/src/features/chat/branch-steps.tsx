'use client'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { chatMessages } from '../../lib/messages-chat.ts'
import { useChat } from './chat-context.ts'
import type { Turn } from './conversation-path.ts'

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const

/** ‹ 2 of 3 ›: the versions of a question or an answer. */
export function BranchSteps({ turn }: { turn: Turn }) {
  const { commands } = useChat()
  const { siblings, index } = turn
  if (siblings.length < 2) return null
  const step = (by: 1 | -1) => {
    const id = siblings[index + by]
    if (id !== undefined) void commands.showVersion(id)
  }
  return (
    <span className="flex items-center">
      <IconButton
        label={chatMessages.previousBranch}
        shortcut="previous-branch"
        aria-disabled={index === 0 || undefined}
        onClick={() => step(-1)}
      >
        <ChevronLeft {...ICON} />
      </IconButton>
      <span className="min-w-10 text-center text-xs whitespace-nowrap text-ink-3">
        {chatMessages.branch(index + 1, siblings.length)}
      </span>
      <IconButton
        label={chatMessages.nextBranch}
        shortcut="next-branch"
        aria-disabled={index === siblings.length - 1 || undefined}
        onClick={() => step(1)}
      >
        <ChevronRight {...ICON} />
      </IconButton>
    </span>
  )
}
