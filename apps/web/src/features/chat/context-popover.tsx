'use client'
import type { RefObject } from 'react'
import { Popover, PopoverAnchor, PopoverContent } from '../../components/popover.tsx'
import { formatTokens } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { contextMessages } from '../../lib/messages-memory.ts'
import type { ContextUse } from './estimate-tokens.ts'
import { LeftOutTools } from './left-out-tools.tsx'

const text = messages.composer

type ContextPopoverProps = {
  anchor: RefObject<HTMLButtonElement | null>
  use: ContextUse
  onClose: () => void
}

/** What takes the room in the model's window, and what of the conversation is not in it. */
export function ContextPopover({ anchor, use, onClose }: ContextPopoverProps) {
  const measured: RefObject<{ getBoundingClientRect: () => DOMRect }> = {
    get current() {
      return anchor.current ?? document.body
    },
  }
  const { toolsLeftOut = [], memory = 0, summary = 0, summarised = 0, files = 0, toolMode } = use.parts ?? {}
  const parts = [
    { label: text.instructions, tokens: use.system, colour: 'bg-s3' },
    { label: contextMessages.tools, tokens: use.tools, colour: 'bg-s4' },
    { label: contextMessages.memory, tokens: memory, colour: 'bg-s3/55' },
    { label: contextMessages.summary(summarised), tokens: summary, colour: 'bg-s1/55' },
    { label: contextMessages.files, tokens: files, colour: 'bg-s6' },
    { label: text.conversation, tokens: use.conversation, colour: 'bg-s1' },
    { label: text.draft, tokens: use.draft, colour: 'bg-s5' },
    { label: text.keptFree, tokens: use.reserved, colour: 'bg-s2' },
  ].filter(({ tokens }) => tokens > 0)
  return (
    <Popover open onOpenChange={onClose}>
      <PopoverAnchor virtualRef={measured} />
      <PopoverContent
        side="top"
        align="end"
        aria-label={text.contextWindow}
        onInteractOutside={(event) => {
          // A press on the button closes by itself; closing here too would open it again.
          if (event.target instanceof Node && anchor.current?.contains(event.target)) event.preventDefault()
        }}
        onCloseAutoFocus={(event) => {
          event.preventDefault()
          anchor.current?.focus()
        }}
        className="w-[340px] max-w-[calc(100vw-16px)] p-4 tabular-nums"
      >
        <div className="flex items-baseline justify-between gap-3">
          <h2 className="text-md font-strong">{text.contextWindow}</h2>
          <span className="text-ink-2">{text.contextUsed(use.used, use.budget, use.isAbout)}</span>
        </div>
        <div data-edge="" aria-hidden className="my-3 flex h-2 gap-px overflow-hidden rounded-round bg-selected">
          {parts.map(({ label, tokens, colour }) => (
            <span key={label} className={colour} style={{ width: `${Math.min(100, (tokens / use.budget) * 100)}%` }} />
          ))}
        </div>
        <ul className="grid gap-2 text-ink-2">
          {parts.map(({ label, tokens, colour }) => (
            <li key={label} className="flex items-center gap-2.5">
              <span data-edge="" aria-hidden className={`size-2.5 flex-none rounded-chip ${colour}`} />
              <span className="min-w-0 flex-1">{label}</span>
              {formatTokens(tokens)}
            </li>
          ))}
          {use.dropped > 0 && (
            <li className="flex items-center gap-2.5 text-warning">
              <span
                data-edge=""
                aria-hidden
                className="size-2.5 flex-none rounded-chip inset-ring-[1.5px] inset-ring-current"
              />
              {text.leftOut(use.dropped)}
            </li>
          )}
        </ul>
        {toolsLeftOut.length > 0 && <LeftOutTools names={toolsLeftOut} />}
        {toolMode && <p className="mt-3 text-xs text-ink-2">{contextMessages.toolMode[toolMode]}</p>}
        {(use.isAbout || use.parts) && (
          <p className="mt-3 text-xs text-ink-3">
            {use.parts?.calibrated ? contextMessages.calibrated : text.aboutHelp}
          </p>
        )}
      </PopoverContent>
    </Popover>
  )
}
