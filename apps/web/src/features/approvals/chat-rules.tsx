'use client'
import type { ToolRules } from '@reynard/protocol'
import Link from 'next/link'
import { Button } from '../../components/button.tsx'
import { formatWhen } from '../../lib/format.ts'
import { rulesMessages } from '../../lib/messages-rules.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'

const text = rulesMessages

type ChatRulesProps = {
  chats: ToolRules['chats']
  onRemove: (conversationId: string, rule: string, onRemoved: () => void) => void
}

/** What a person allowed for all of a chat, and the way back. */
export function ChatRules({ chats, onRemove }: ChatRulesProps) {
  if (chats.length === 0) return <p className="text-sm text-ink-3">{text.noChats}</p>
  return (
    <ul>
      {chats.map(({ conversationId, title, rule, createdAt }) => (
        <li
          key={`${conversationId}/${rule}`}
          className="flex min-h-11 items-center gap-3.5 border-t border-line py-1.5 text-sm"
        >
          <span className="min-w-0 flex-1">
            <code className="mr-2.5 font-mono">{plainText(rule)}</code>
            <Link
              href={`/chat/${conversationId}`}
              prefetch={false}
              className="rounded-chip text-ink-2 [overflow-wrap:anywhere] hover:underline"
            >
              {plainText(title)}
            </Link>
          </span>
          <time dateTime={new Date(createdAt).toISOString()} className="flex-none text-xs text-ink-3 max-sm:hidden">
            {formatWhen(createdAt, Date.now())}
          </time>
          <Button
            size="sm"
            aria-label={text.removeOne(plainText(rule), plainText(title))}
            once
            onClick={(event) => {
              const row = event.currentTarget.closest('li')
              const heir = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelector('button')
              const heading = row?.closest('section')?.querySelector<HTMLElement>('h2')
              onRemove(conversationId, rule, () => {
                showToast(text.removed(plainText(rule)))
                ;(heir ?? heading)?.focus()
              })
            }}
          >
            {text.remove}
          </Button>
        </li>
      ))}
    </ul>
  )
}
