'use client'
import { ChevronDown } from 'lucide-react'
import { lazy, memo, Suspense, useRef, useState } from 'react'
import { tooltip } from '../../components/tooltip.tsx'
import { useShortcut } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { isModelUnderway } from './model-facts.ts'
import { useChatModel, useChatSettings, useModels, useStatus } from './use-models.ts'

/** The list with its search comes when it is opened first. */
const ModelPopover = lazy(async () => ({ default: (await import('./model-popover.tsx')).ModelPopover }))

/** The composer's model button. Ctrl M opens it; null is the chat that is about to begin. Not rendered again for each key that is typed. */
export const ModelPicker = memo(function ModelPicker({ conversationId }: { conversationId: string | null }) {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const { name, info } = useChatModel(conversationId)
  const status = useStatus()
  // A word that is replaced at once by another one would only move what stands behind it.
  const isKnown = useModels() !== undefined && status !== undefined
  const isUnderway = status !== undefined && isModelUnderway(status)
  const { settings, change } = useChatSettings(conversationId)
  useShortcut('choose-model', () => setOpen((before) => !before))

  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        {...tooltip(messages.models.choose, 'choose-model', 'top')}
        className="flex h-8 max-w-56 min-w-0 items-center gap-1.5 rounded-control px-2 text-sm font-mid text-ink-2 transition-colors duration-120 hover:bg-hover aria-[expanded=true]:bg-selected touch:h-11"
      >
        <span
          className={`truncate ${isKnown ? '' : 'invisible'} ${name && (info?.label ?? name) === name ? 'font-mono text-[0.92em]' : ''}`}
        >
          <span className="sr-only">{messages.models.choose}: </span>
          {info?.label ?? name ?? (isUnderway ? messages.engine.onItsWay : messages.models.choose)}
        </span>
        <ChevronDown
          size={14}
          strokeWidth={1.75}
          className={`flex-none text-ink-3 ${isKnown ? '' : 'invisible'}`}
          aria-hidden
        />
      </button>
      <Suspense fallback={null}>
        {isOpen && (
          <ModelPopover
            anchor={button}
            chosen={name}
            onClose={() => setOpen(false)}
            onChoose={(model) => change({ ...settings, model })}
          />
        )}
      </Suspense>
    </>
  )
})
