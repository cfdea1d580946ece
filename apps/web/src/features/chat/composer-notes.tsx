'use client'
import { CircleAlert, Wrench } from 'lucide-react'
import { memo, useDeferredValue } from 'react'
import { messages } from '../../lib/messages.ts'
import { useChatAssistant } from '../assistants/use-assistants.ts'
import { useChatModel } from '../models/use-models.ts'
import { estimateTokens, type RunContext } from './estimate-tokens.ts'
import { useComposerContext } from './use-composer-context.ts'
import { type Draft, useDraftPart } from './use-draft.ts'

const text = messages.composer
const ICON = { size: 14, strokeWidth: 1.75, className: 'flex-none', 'aria-hidden': true } as const

type ComposerNotesProps = { conversationId: string | null; context: RunContext | null }
const readTokens = (draft: Draft) => estimateTokens(draft.text)

/** What a person should know before the question is sent, not after. Nothing most of the time. */
export function ComposerNotes(props: ComposerNotesProps) {
  return <Notes {...props} draftTokens={useDeferredValue(useDraftPart(props.conversationId, readTokens))} />
}

const Notes = memo(function Notes({
  conversationId,
  context,
  draftTokens,
}: ComposerNotesProps & { draftTokens: number }) {
  const use = useComposerContext(conversationId, context, draftTokens)
  const { assistant } = useChatAssistant(conversationId)
  const { info } = useChatModel(conversationId)
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
      {isTooLong && (
        <p role="status" className="flex items-start gap-1.5 px-4 py-1 text-xs text-warning">
          <CircleAlert {...ICON} />
          {text.tooLong(use.system + use.draft, use.budget)}
        </p>
      )}
      {isUnsureOfTools && !isTooLong && (
        <p role="status" className="flex items-start gap-1.5 px-4 py-1 text-xs text-ink-3">
          <Wrench {...ICON} />
          {text.choosesTools(info.label, assistant.name)}
        </p>
      )}
    </>
  )
})
