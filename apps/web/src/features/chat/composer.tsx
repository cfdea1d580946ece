'use client'
import { lazy, Suspense, useCallback, useId, useRef, useState } from 'react'
import { useTRPCClient } from '../../lib/client.tsx'
import { useShortcut } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { showToast } from '../../lib/toast.ts'
import { useIsPhone } from '../../lib/use-is-phone.ts'
import { AssistantPicker } from '../assistants/assistant-picker.tsx'
import { useAreAssistantsKnown, useAssistants, useChatAssistant } from '../assistants/use-assistants.ts'
import { AttachButton } from '../attachments/attach-button.tsx'
import { endFiles, putFiles, takeFiles, useHasDraftFiles } from '../attachments/draft-files.ts'
import { useIncomingFiles } from '../attachments/use-incoming-files.ts'
import { ModelPicker } from '../models/model-picker.tsx'
import { useChatModel, useStatus } from '../models/use-models.ts'
import { ComposerField } from './composer-field.tsx'
import { ComposerNotes } from './composer-notes.tsx'
import { DraftMeter } from './draft-meter.tsx'
import type { RunContext } from './estimate-tokens.ts'
import { FailureLine } from './failure-line.tsx'
import { QueuedRow } from './queued-message.tsx'
import { SendButton } from './send-button.tsx'
import { type Draft, draftOf, useDraftPart } from './use-draft.ts'
import { useQueuedMessage } from './use-queued-message.ts'
import { usePendingQuestion, useSend } from './use-send.ts'

/** Only who attaches something needs them. */
const DraftBar = lazy(async () => ({ default: (await import('../attachments/draft-bar.tsx')).DraftBar }))
const DropTarget = lazy(async () => ({ default: (await import('../attachments/drop-target.tsx')).DropTarget }))

const text = messages.composer
const readHasText = (draft: Draft) => draft.text.trim() !== ''
const readFailure = (draft: Draft) => draft.failure
const readAttempt = (draft: Draft) => draft.attempt?.text ?? ''

type ComposerProps = {
  /** Null: the chat that is about to begin. */
  conversationId: string | null
  /** The answer that the next question follows; null in a chat without messages, undefined while the chat is being read. */
  parentId?: string | null
  live?: { runId: string; tokensPerSecond: number | null } | null
  /** The live answer waits for a yes or a no. */
  isAsked?: boolean
  /** What the last run reported about its window. */
  context?: RunContext | null
  /** The last answer failed or was interrupted: what is queued waits for the person. */
  heldBack?: boolean
  onEditLast?: () => void
}

/** Where people write: the text, the model, what lives, how full the window is, and one button that sends or stops. */
export function Composer({ conversationId, live = null, context = null, heldBack = false, ...props }: ComposerProps) {
  const parentId = conversationId === null ? null : props.parentId
  const draft = draftOf(conversationId)
  const hasText = useDraftPart(conversationId, readHasText)
  const failure = useDraftPart(conversationId, readFailure)
  const attempted = useDraftPart(conversationId, readAttempt)
  const send = useSend(conversationId)
  const isSending = usePendingQuestion(conversationId) !== null
  const { queued, isHeld, ...queue } = useQueuedMessage({
    conversationId,
    parentId,
    isLive: live !== null,
    isHeldBack: heldBack,
    isSending,
  })
  const { stop, isStopping } = useStop(live?.runId ?? null)
  const waitsForModel = useStatus()?.keepsQuestions ?? false
  const field = useRef<HTMLTextAreaElement>(null)
  const { hasFiles, isBlocked } = useHasDraftFiles(conversationId)
  const isDraggedOver = useIncomingFiles(conversationId, field)
  const writeAtCaret = useCallback((words: string) => insert(field.current, words), [])
  const isKnown = useAreAssistantsKnown()
  const placeholder = usePlaceholder(conversationId, live !== null, props.isAsked === true)
  const noteId = useId()

  // A chat that begins has no transcript to show its question in yet, so it stays in the field until it opens.
  const isOpening = conversationId === null && isSending

  async function submit() {
    const written = draft.text().trim()
    const question = written === '' && hasFiles ? text.filesAlone : written
    if (question === '' || isSending || isBlocked) return
    if (live) {
      const files = takeFiles(conversationId)
      queue.add(question, files)
      endFiles(conversationId, files, true)
      draft.write('')
      return
    }
    if (parentId === undefined) return
    const files = takeFiles(conversationId)
    const attempt = draft.begin(question, files)
    const refused = await send({ ...attempt, parentId })
    draft.end(refused)
    endFiles(conversationId, files, refused === null)
  }

  return (
    <div>
      <div
        data-edge=""
        className="rounded-sheet bg-raised shadow-card ring ring-line-2 has-[textarea:focus]:ring-line-control"
      >
        {queued && !isSending && (
          <QueuedRow
            queued={queued}
            isHeld={isHeld}
            onSend={queue.sendNow}
            onEdit={() => {
              const { text: words, key, attachments } = queued
              draft.takeBack({ text: words, key, ...(attachments && { attachments }) })
              putFiles(conversationId, queued.attachments ?? [])
              queue.remove()
              field.current?.focus()
            }}
            onRemove={() => {
              queue.remove()
              field.current?.focus()
            }}
          />
        )}
        {hasFiles && (
          <Suspense>
            <DraftBar chat={conversationId} field={field} />
          </Suspense>
        )}
        <ComposerField
          field={field}
          conversationId={conversationId}
          opening={isOpening ? attempted : null}
          placeholder={placeholder}
          describedBy={waitsForModel ? noteId : undefined}
          onSubmit={() => void submit()}
          onEditLast={props.onEditLast}
        />
        <div className="flex items-center gap-1 px-2 pt-1 pb-2">
          <AttachButton chat={conversationId} />
          <div className={`flex min-w-0 items-center gap-1 ${isKnown ? '' : 'invisible'}`}>
            <AssistantPicker conversationId={conversationId} onText={writeAtCaret} />
            <ModelPicker conversationId={conversationId} />
          </div>
          <p id={noteId} className="min-w-0 flex-1 px-1 text-xs text-ink-3">
            {waitsForModel && !failure && messages.composer.sendsWhenReady}
          </p>
          {live && live.tokensPerSecond !== null && (
            <span
              aria-hidden
              className="flex min-w-28 flex-none items-center gap-2 px-2 text-xs text-ink-2 tabular-nums max-sm:hidden"
            >
              <span className="live-dot text-accent" />
              {messages.models.speed(live.tokensPerSecond)}
            </span>
          )}
          <DraftMeter conversationId={conversationId} context={context} />
          <SendButton
            hasText={(hasText || hasFiles) && !isBlocked}
            isLive={live !== null}
            isBusy={live ? isStopping : isSending}
            onSend={() => {
              void submit()
              field.current?.focus()
            }}
            onStop={stop}
          />
        </div>
      </div>
      <ComposerNotes conversationId={conversationId} context={context} />
      {isDraggedOver && (
        <Suspense>
          <DropTarget />
        </Suspense>
      )}
      {failure && <FailureLine failure={failure} onRetry={() => void submit()} />}
    </div>
  )
}

/** Puts words where the caret stands, as typing would. */
function insert(field: HTMLTextAreaElement | null, words: string) {
  if (field === null) return
  field.setRangeText(words, field.selectionStart, field.selectionEnd, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Who is written to, and what one can do instead. */
function usePlaceholder(conversationId: string | null, isLive: boolean, isAsked: boolean): string {
  const hasAny = useAssistants().length > 0
  const { assistant } = useChatAssistant(conversationId)
  const { name, info } = useChatModel(conversationId)
  const isPhone = useIsPhone()
  if (isAsked) return text.answerAbove
  if (isLive) return text.reply
  const who = assistant?.name ?? info?.label ?? name
  if (who === null) return hasAny && !isPhone ? messages.assistants.writeAny : text.placeholder
  if (isPhone || !hasAny) return messages.assistants.writeToOnly(who)
  return assistant ? messages.assistants.writeTo(who) : messages.assistants.writeOrChoose(who)
}

/** Stops the live answer, by the button or Esc. Where nothing lives, Esc belongs to others. */
function useStop(runId: string | null): { stop: () => void; isStopping: boolean } {
  const client = useTRPCClient()
  const [stopping, setStopping] = useState<string | null>(null)
  const isStopping = runId !== null && stopping === runId
  const stop = () => {
    if (runId === null || isStopping) return
    setStopping(runId)
    client.chat.cancel.mutate({ runId }).catch(() => {
      setStopping(null)
      showToast(text.stopFailed)
    })
  }
  useShortcut('stop', () => {
    if (runId === null) return false
    stop()
  })
  return { stop, isStopping }
}
