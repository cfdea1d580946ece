'use client'
import { ChevronDown } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Popover, PopoverContent, PopoverTrigger } from '../../components/popover.tsx'
import { Tooltip } from '../../components/tooltip.tsx'
import { useShortcut } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { useChatModel, useChatSettings } from './use-models.ts'

/** The list with its search comes when it is opened first. */
const ModelList = dynamic(() => import('./model-list.tsx').then((module) => module.ModelList), {
  ssr: false,
  loading: () => <p className="p-4 text-sm text-ink-3">{messages.common.loading}</p>,
})

/** The composer's model button. Ctrl M opens it; null is the chat that is about to begin. */
export function ModelPicker({ conversationId }: { conversationId: string | null }) {
  const [open, setOpen] = useState(false)
  const { name, info } = useChatModel(conversationId)
  const { settings, change } = useChatSettings(conversationId)
  useShortcut('choose-model', () => setOpen((before) => !before))

  return (
    <Popover open={open} onOpenChange={setOpen}>
      <Tooltip label={messages.models.choose} shortcut="choose-model" side="top">
        <PopoverTrigger
          aria-haspopup="dialog"
          className="flex h-8 max-w-56 min-w-0 items-center gap-1.5 rounded-control px-2 text-sm font-mid text-ink-2 transition-colors duration-120 hover:bg-hover aria-expanded:bg-selected touch:h-11"
        >
          <span className={`truncate ${name ? 'font-mono text-[0.92em]' : ''}`}>
            <span className="sr-only">{messages.models.choose}: </span>
            {info?.label ?? name ?? messages.models.choose}
          </span>
          <ChevronDown size={14} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
        </PopoverTrigger>
      </Tooltip>
      <PopoverContent
        side="top"
        align="start"
        aria-label={messages.models.choose}
        className="flex w-[404px] max-w-[calc(100vw-16px)] flex-col overflow-hidden"
      >
        <ModelList
          chosen={name}
          onChoose={(model) => {
            change({ ...settings, model })
            setOpen(false)
          }}
        />
      </PopoverContent>
    </Popover>
  )
}
