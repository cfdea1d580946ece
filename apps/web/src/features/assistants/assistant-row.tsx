'use client'
import type { AssistantSummary } from '@reynard/protocol'
import { Copy, Ellipsis, FileOutput, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useRef } from 'react'
import { IconButton } from '../../components/button.tsx'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '../../components/menu.tsx'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { useModelLabel } from '../models/use-models.ts'
import { AssistantMark } from './assistant-mark.tsx'
import { useAssistantActions } from './use-assistant-actions.ts'
import { useTransferAssistants } from './use-transfer-assistants.ts'

const text = assistantPageMessages
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** One assistant among all: who it is, what it has, and what one can do to it. What came with Reynard can be copied, not changed. */
export function AssistantRow({ assistant }: { assistant: AssistantSummary }) {
  const { id, builtIn, letter, picture, name, description, tools, model } = assistant
  const modelLabel = useModelLabel(model)
  const facts = text.facts(tools.length, modelLabel)
  return (
    <li className="relative flex min-h-[60px] items-center gap-3.5 border-t border-line py-2.5">
      <AssistantMark id={id} letter={letter} picture={picture} size={26} />
      <div className="min-w-0 flex-1 text-sm">
        <Link
          href={`/settings/assistants/${id}`}
          className="block truncate rounded-chip text-md font-mid hover:underline"
          aria-label={builtIn ? text.view(name) : text.edit(name)}
        >
          {name}
        </Link>
        <span className="line-clamp-2 text-ink-2 [overflow-wrap:anywhere]">{description}</span>
        <span className="block truncate text-xs text-ink-3">{builtIn ? `${text.builtIn}, ${facts}` : facts}</span>
      </div>
      <More assistant={assistant} />
    </li>
  )
}

/** The same button of the next row, else of the one before. */
function beside(button: HTMLElement | null): HTMLElement | null {
  const row = button?.closest('li')
  const other = row?.nextElementSibling ?? row?.previousElementSibling
  return other?.querySelector('button') ?? null
}

function More({ assistant }: { assistant: AssistantSummary }) {
  const { remove } = useAssistantActions()
  const { duplicate, exportAssistant } = useTransferAssistants()
  const button = useRef<HTMLButtonElement>(null)
  /** Who takes the focus when this row is gone. */
  const heir = useRef<HTMLElement | null>(null)
  return (
    <Menu>
      <MenuTrigger asChild>
        <IconButton ref={button} label={text.more(assistant.name)}>
          <Ellipsis {...ICON} />
        </IconButton>
      </MenuTrigger>
      <MenuContent
        align="end"
        onCloseAutoFocus={(event) => {
          if (heir.current === null) return
          event.preventDefault()
          heir.current.focus()
        }}
      >
        <MenuItem onSelect={() => void duplicate(assistant)}>
          <Copy {...ICON} />
          {text.duplicate}
        </MenuItem>
        <MenuItem onSelect={() => void exportAssistant(assistant)}>
          <FileOutput {...ICON} />
          {text.export}
        </MenuItem>
        {!assistant.builtIn && (
          <>
            <MenuSeparator />
            <MenuItem
              danger
              onSelect={() => {
                heir.current = beside(button.current)
                remove(assistant)
              }}
            >
              <Trash2 {...ICON} />
              {text.delete}
            </MenuItem>
          </>
        )}
      </MenuContent>
    </Menu>
  )
}
