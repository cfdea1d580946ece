'use client'
import { Check, Copy, Pencil, Trash2 } from 'lucide-react'
import { memo, useLayoutEffect, useRef, useState } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { showToast } from '../../lib/toast.ts'
import { useCopy } from '../../lib/use-copy.ts'
import { QuestionFiles } from '../attachments/question-files.tsx'
import { BranchSteps } from './branch-steps.tsx'
import { useChat } from './chat-context.ts'
import type { Turn } from './conversation-path.ts'
import { editedText, editQuestion, endEdit, keepEditedText, takesFocus, useEditing } from './editing.ts'
import { isLongQuestion, LongQuestion } from './long-question.tsx'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const
const text = chatMessages

/** What the person asked. Edit, Copy and Delete stand below, in sight while the pointer or the focus is there. */
export const Question = memo(function Question({ turn }: { turn: Turn }) {
  const { commands } = useChat()
  const { message } = turn
  const { copied, copy } = useCopy()
  const isPending = turn.siblings.length === 0
  const editButton = useRef<HTMLButtonElement>(null)
  const isEditing = useEditing(message.id)
  if (isEditing) {
    const close = (keep: boolean) => {
      const opener = endEdit(keep)
      // The button that opened it comes back with the next render.
      requestAnimationFrame(() => (opener ?? editButton.current)?.focus())
    }
    return <EditQuestion turn={turn} onSent={() => endEdit(false)} onClose={close} />
  }
  return (
    <div className="group flex flex-col items-end pb-1">
      {/* Where nothing hovers, a touch on the bubble brings its actions. */}
      <div
        tabIndex={-1}
        dir="auto"
        data-edge=""
        className="max-w-[84%] rounded-bubble rounded-br-control bg-bubble px-4 pt-2.5 pb-[11px] text-you wrap-anywhere whitespace-pre-wrap text-on-bubble"
      >
        {message.attachments && <QuestionFiles files={message.attachments} isPending={isPending} />}
        {isLongQuestion(message.text) ? <LongQuestion text={message.text} /> : message.text}
      </div>
      <div className={`mt-0.5 flex h-7 items-center touch:[&_button]:-my-2 ${isPending ? 'invisible' : ''}`}>
        <span className="flex opacity-0 transition-opacity duration-120 group-focus-within:opacity-100 group-hover:opacity-100">
          <IconButton ref={editButton} label={text.editQuestion} onClick={() => editQuestion(message.id)}>
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

type EditQuestionProps = { turn: Turn; onSent: () => void; onClose: (keep: boolean) => void }
function EditQuestion({ turn, onSent, onClose }: EditQuestionProps) {
  const { commands } = useChat()
  const { id } = turn.message
  const [value, setValue] = useState(() => editedText(id) ?? turn.message.text)
  const [files, setFiles] = useState(turn.message.attachments ?? [])
  const field = useRef<HTMLTextAreaElement>(null)
  // It takes the place of the button that was pressed; scrolled back into sight it takes the focus from nobody.
  useLayoutEffect(() => {
    if (!takesFocus(id)) return
    field.current?.focus()
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
  }, [id])
  const [problem, setProblem] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)
  const isEmpty = value.trim() === ''
  const ask = async () => {
    if (isEmpty || isSending) return
    setSending(true)
    try {
      await commands.edit(
        turn.message,
        value,
        files.map(({ path }) => path),
      )
      onSent()
    } catch (error) {
      setProblem(error instanceof Error && error.message ? error.message : messages.common.failed)
      setSending(false)
    }
  }
  return (
    <div className="mb-8 rounded-sheet bg-raised p-2 shadow-card ring ring-line-2 focus-within:ring-line-control">
      {files.length > 0 && (
        <QuestionFiles
          files={files}
          onRemove={(path) => {
            setFiles(files.filter((file) => file.path !== path))
            field.current?.focus()
          }}
        />
      )}
      <textarea
        ref={field}
        dir="auto"
        aria-label={text.editField}
        value={value}
        onChange={(event) => {
          keepEditedText(id, event.target.value)
          setValue(event.target.value)
        }}
        onKeyDown={(event) => {
          // Enter ends a word that is being put together; 229 is how Safari says so.
          if (event.nativeEvent.isComposing || event.keyCode === 229) return
          const isTouch = matchMedia('(pointer: coarse)').matches && !event.ctrlKey && !event.metaKey
          if (event.key === 'Enter' && !event.shiftKey && !isTouch) {
            event.preventDefault()
            void ask()
          } else if (event.key === 'Escape') {
            event.preventDefault()
            event.stopPropagation()
            onClose(value !== turn.message.text)
            if (value !== turn.message.text) showToast(text.editKept, () => editQuestion(id))
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
        <Button size="sm" look="ghost" onClick={() => onClose(false)}>
          {messages.common.cancel}
        </Button>
        <Button size="sm" look="ink" disabled={isEmpty || isSending} onClick={ask}>
          {text.ask}
        </Button>
      </div>
    </div>
  )
}
