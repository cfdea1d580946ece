'use client'
import { MOST_MESSAGE_CHARACTERS } from '@reynard/protocol'
import { CircleAlert, Wrench } from 'lucide-react'
import { memo, useDeferredValue } from 'react'
import { messages } from '../../lib/messages.ts'
import { useChatAssistant } from '../assistants/use-assistants.ts'
import { attachText, LONG_PASTE } from '../attachments/attach-text.ts'
import { useChatModel } from '../models/use-models.ts'
import type { RunContext } from './estimate-tokens.ts'
import { useComposerContext } from './use-composer-context.ts'
import { type Draft, draftOf, useDraftPart } from './use-draft.ts'
import { useDraftTokens } from './use-draft-tokens.ts'

const text = messages.composer
const ICON = { size: 14, strokeWidth: 1.75, className: 'flex-none', 'aria-hidden': true } as const

type ComposerNotesProps = { conversationId: string | null; context: RunContext | null }
const readLong = ({ text: { length } }: Draft) => (length >= LONG_PASTE ? length : 0)

/** What a person should know before the question is sent, not after. Nothing most of the time. */
export function ComposerNotes(props: ComposerNotesProps) {
  return <Notes {...props} draftTokens={useDraftTokens(props.conversationId)} />
}

const Notes = memo(function Notes({
  conversationId,
  context,
  draftTokens,
}: ComposerNotesProps & { draftTokens: number }) {
  const use = useComposerContext(conversationId, context, draftTokens)
  const { assistant } = useChatAssistant(conversationId)
  const { info } = useChatModel(conversationId)
  const long = useDeferredValue(useDraftPart(conversationId, readLong))
  const isOverLimit = long > MOST_MESSAGE_CHARACTERS
  const isTooLong = use !== null && use.system + use.draft > use.budget
  // Said as long as nobody has seen how it goes.
  const isUnsureOfTools =
    context === null &&
    assistant !== null &&
    assistant.tools.length > 0 &&
    info !== undefined &&
    !info.capabilities.includes('tools')
  return (
    <>
      {(isTooLong || isOverLimit) && (
        <p role="status" className="flex items-start gap-1.5 px-4 py-1 text-xs text-warning">
          <CircleAlert {...ICON} />
          <span>
            {isOverLimit
              ? text.overLimit(long, MOST_MESSAGE_CHARACTERS)
              : use && text.tooLong(use.system + use.draft, use.budget)}{' '}
            {long > 0 && (
              <button
                type="button"
                className="rounded-chip underline underline-offset-2 hover:text-ink"
                onClick={() => {
                  const draft = draftOf(conversationId)
                  const written = draft.text()
                  draft.write('')
                  void attachText(conversationId, written)
                }}
              >
                {text.attachAsFile}
              </button>
            )}
          </span>
        </p>
      )}
      {isUnsureOfTools && !isTooLong && !isOverLimit && (
        <p role="status" className="flex items-start gap-1.5 px-4 py-1 text-xs text-ink-3">
          <Wrench {...ICON} />
          {text.choosesTools(info.label, assistant.name)}
        </p>
      )}
    </>
  )
})
