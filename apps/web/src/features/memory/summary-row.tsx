'use client'
import type { ConversationSummaryText } from '@reynard/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Archive } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { TextArea } from '../../components/field.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { memoryMessages as text } from '../../lib/messages-memory.ts'
import { showToast } from '../../lib/toast.ts'
import { ICON } from '../chat/trail-row.tsx'

const MOST_CHARACTERS = 8000
const say = (error: { message: string }) => showToast(error.message || messages.common.failed)

type SummaryRowProps = { conversationId: string; summary: ConversationSummaryText }

/** What the model reads instead of the messages above: a line across the transcript, which opens to the text. */
export function SummaryRow({ conversationId, summary }: SummaryRowProps) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <aside
      aria-label={text.summaryLabel}
      className="mb-6 rounded-card bg-panel px-3.5 py-2 text-sm text-ink-2"
      data-edge=""
    >
      <div className="flex min-h-7 flex-wrap items-center gap-x-2.5 gap-y-1">
        <Archive {...ICON} className="flex-none text-ink-3" />
        <span className="min-w-40 flex-1 tabular-nums">
          {text.summarised(summary.messages, summary.tokens)}
          {summary.edited && <span className="text-ink-3"> · {text.edited}</span>}
        </span>
        <Button size="sm" look="ghost" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
          {isOpen ? text.hideSummary : text.showSummary}
        </Button>
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen && <SummaryText conversationId={conversationId} summary={summary} onClose={() => setOpen(false)} />}
      </div>
    </aside>
  )
}

function SummaryText({ conversationId, summary, onClose }: SummaryRowProps & { onClose: () => void }) {
  const { id } = summary
  const [draft, setDraft] = useState(summary.text)
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const onSettled = () => queryClient.invalidateQueries({ queryKey: trpc.chat.byId.queryKey({ id: conversationId }) })
  const update = useMutation(trpc.chat.summary.update.mutationOptions({ onError: say, onSettled }))
  const remove = useMutation(trpc.chat.summary.remove.mutationOptions({ onError: say, onSettled }))
  const restore = useMutation(trpc.chat.summary.restore.mutationOptions({ onError: say, onSettled }))
  const isChanged = draft.trim() !== summary.text && draft.trim() !== ''
  return (
    <form
      className="grid gap-2 pt-1 pb-1.5"
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged) update.mutate({ id, text: draft })
      }}
    >
      <p className="text-xs text-ink-3">{text.summaryHelp}</p>
      <TextArea
        aria-label={text.summaryLabel}
        dir="auto"
        rows={6}
        maxLength={MOST_CHARACTERS}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      <span className="flex flex-wrap gap-2">
        <Button type="submit" look="ink" disabled={!isChanged || update.isPending}>
          {text.save}
        </Button>
        <Button
          look="ghost"
          onClick={() => {
            onClose()
            const removed = remove.mutateAsync({ id }).catch(() => null)
            showToast(text.summaryRemoved, async () => {
              if ((await removed) !== null) await restore.mutateAsync({ id }).catch(() => {})
            })
          }}
        >
          {text.removeSummary}
        </Button>
      </span>
    </form>
  )
}
