'use client'
import { AtSign, ChevronDown } from 'lucide-react'
import { lazy, memo, Suspense, useEffect, useRef, useState } from 'react'
import { EarlyWords } from '../../components/early-words.tsx'
import { tooltip } from '../../components/tooltip.tsx'
import { messages } from '../../lib/messages.ts'
import { AssistantMark } from './assistant-mark.tsx'
import { followChoosing } from './choosing.ts'
import { useAssistants, useChatAssistant } from './use-assistants.ts'

/** The list with its search comes when it is opened first. */
const AssistantPopover = lazy(async () => ({ default: (await import('./assistant-popover.tsx')).AssistantPopover }))
const text = messages.assistants

type AssistantPickerProps = {
  conversationId: string | null
  /** What was typed after an @ and is meant for the message. */
  onText: (words: string) => void
}

/** The composer's button for who answers. @ at the start of a word opens it. Nothing where no assistant is. */
export const AssistantPicker = memo(function AssistantPicker({ conversationId, onText }: AssistantPickerProps) {
  const [opened, setOpened] = useState<'button' | 'key' | null>(null)
  const button = useRef<HTMLButtonElement>(null)
  const hasAny = useAssistants().length > 0
  const { assistant, choose } = useChatAssistant(conversationId)
  // While the list's code comes, another field has the focus.
  const cameFrom = useRef<Element | null>(null)
  useEffect(() => {
    if (!hasAny) return
    return followChoosing(() => {
      cameFrom.current = document.activeElement
      setOpened('key')
    })
  }, [hasAny])
  if (!hasAny) return null
  const name = assistant?.name ?? text.none
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={opened !== null}
        onClick={() => setOpened(opened === null ? 'button' : null)}
        {...tooltip(text.choose, 'choose-assistant', 'top')}
        className="flex h-8 max-w-44 min-w-0 flex-none items-center gap-1.5 rounded-control px-2 text-sm font-mid text-ink-2 transition-colors duration-120 hover:bg-hover aria-[expanded=true]:bg-selected touch:h-11"
      >
        {assistant ? (
          <AssistantMark id={assistant.id} letter={assistant.letter} picture={assistant.picture} size={16} />
        ) : (
          <AtSign size={16} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
        )}
        <span className="truncate max-sm:sr-only">
          <span className="sr-only">{text.choose}: </span>
          {name}
        </span>
        <ChevronDown size={14} strokeWidth={1.75} className="flex-none text-ink-3 max-sm:hidden" aria-hidden />
      </button>
      <Suspense fallback={opened === 'key' && <EarlyWords label={text.find} />}>
        {opened !== null && (
          <AssistantPopover
            anchor={button}
            chosen={assistant?.id ?? null}
            onClose={() => setOpened(null)}
            onChoose={choose}
            {...(opened === 'key' && {
              cameFrom: cameFrom.current,
              onText: (words: string) => {
                onText(words)
                setOpened(null)
              },
            })}
          />
        )}
      </Suspense>
    </>
  )
})
