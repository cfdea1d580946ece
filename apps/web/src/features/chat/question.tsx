'use client'
import { Check, Copy, Pencil, Trash2 } from 'lucide-react'
import { memo, useState } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { useCopy } from '../../lib/use-copy.ts'
import { BranchSteps } from './branch-steps.tsx'
import { useChat } from './chat-context.ts'
import type { Turn } from './conversation-path.ts'
import { useEditing } from './editing.ts'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const
const text = messages.chat

/** What the person asked. Edit, Copy and Delete stand below, in sight while the pointer or the focus is there. */
export const Question = memo(function Question({ turn }: { turn: Turn }) {
  const { commands } = useChat()
  const { message } = turn
  const { copied, copy } = useCopy()
  const isPending = turn.siblings.length === 0
  const [isEditing, setEditing] = useEditing(message.id)
  if (isEditing) return <EditQuestion turn={turn} onDone={() => setEditing(false)} />
  return (
    <div className="group flex flex-col items-end pb-1">
      {/* Where nothing hovers, a touch on the bubble brings its actions. */}
      <div
        tabIndex={-1}
        className="max-w-[84%] rounded-bubble rounded-br-control bg-bubble px-4 pt-2.5 pb-[11px] text-you wrap-anywhere whitespace-pre-wrap text-on-bubble"
      >
        {message.text}
      </div>
      <div className={`mt-0.5 flex h-7 items-center touch:[&_button]:-my-2 ${isPending ? 'invisible' : ''}`}>
        <span className="flex opacity-0 transition-opacity duration-120 group-focus-within:opacity-100 group-hover:opacity-100">
          <IconButton label={text.editQuestion} onClick={() => setEditing(true)}>
            <Pencil {...ICON} />
          </IconButton>
          <IconButton label={copied ? messages.common.copied : text.copyQuestion} onClick={() => copy(message.text)}>
            {copied ? <Check {...ICON} /> : <Copy {...ICON} />}
          </IconButton>
          <IconButton label={text.delete} onClick={() => commands.remove(message, turn.siblings.length)}>
            <Trash2 {...ICON} />
          </IconButton>
        </span>
        <BranchSteps turn={turn} />
      </div>
    </div>
  )
})

function EditQuestion({ turn, onDone }: { turn: Turn; onDone: () => void }) {
  const { commands } = useChat()
  const [value, setValue] = useState(turn.message.text)
  const [problem, setProblem] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)
  const isEmpty = value.trim() === ''
  const ask = async () => {
    if (isEmpty || isSending) return
    setSending(true)
    try {
      await commands.edit(turn.message, value)
      onDone()
    } catch (error) {
      setProblem(error instanceof Error && error.message ? error.message : messages.common.failed)
      setSending(false)
    }
  }
  return (
    <div className="mb-8 rounded-sheet bg-raised p-2 shadow-card ring ring-line-2 focus-within:ring-line-control">
      <textarea
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
        autoFocus
        aria-label={text.editField}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        onFocus={(event) => event.target.setSelectionRange(value.length, value.length)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault()
            void ask()
          } else if (event.key === 'Escape') {
            event.preventDefault()
            event.stopPropagation()
            onDone()
          }
        }}
        className="field-sizing-content block scroll-mt-6 max-h-[40dvh] min-h-12 w-full resize-none bg-transparent px-2 pt-1 text-you outline-none"
      />
      <div className="flex items-center justify-end gap-2">
        {problem && (
          <p role="alert" className="mr-auto px-2 text-sm text-danger">
            {problem}
          </p>
        )}
        <Button size="sm" look="ghost" onClick={onDone}>
          {messages.common.cancel}
        </Button>
        <Button size="sm" look="ink" disabled={isEmpty || isSending} onClick={ask}>
          {text.ask}
        </Button>
      </div>
    </div>
  )
}
