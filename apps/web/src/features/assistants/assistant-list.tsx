'use client'
import type { AssistantSummary } from '@reynard/protocol'
import { Command } from 'cmdk'
import { Box, Check, Search } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useLayoutEffect, useState } from 'react'
import { takeEarlyWords } from '../../components/early-words.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { messages } from '../../lib/messages.ts'
import { AssistantMark } from './assistant-mark.tsx'
import { useAssistants } from './use-assistants.ts'

const text = messages.assistants
const NOBODY = 'bare-model'

type AssistantListProps = {
  chosen: string | null
  /** Null: the bare model. */
  onChoose: (id: string | null) => void
  onClose: () => void
  /** Set where an @ opened it: takes what was meant for the message after all, a second @ or a word that no assistant is called by. */
  onText?: ((words: string) => void) | undefined
}

/** Who can answer: the bare model, those that came with Reynard, one's own. */
export function AssistantList({ chosen, onChoose, onClose, onText }: AssistantListProps) {
  const assistants = useAssistants()
  const [query, setQuery] = useState('')
  // After the commit: a render that is thrown away must not swallow what was typed.
  useLayoutEffect(() => setQuery(takeEarlyWords()), [])
  const isMessage = onText !== undefined && isForMessage(query, assistants)
  useLayoutEffect(() => {
    if (isMessage) onText?.(query.startsWith('@') ? query : `@${query}`)
  }, [isMessage, query, onText])
  return (
    <Command label={text.list} loop defaultValue={chosen ?? NOBODY} className="flex min-h-0 flex-col">
      <div className="flex h-11 flex-none items-center gap-2.5 border-b border-line pr-2.5 pl-3.5">
        <Search size={14} strokeWidth={1.75} className="text-ink-3" aria-hidden />
        <Command.Input
          autoFocus
          placeholder={text.find}
          value={query}
          onValueChange={setQuery}
          className="h-full min-w-0 flex-1 bg-transparent text-sm outline-none max-sm:text-lg"
        />
        <span className="touch:hidden">
          <Kbd shortcut="choose-assistant" />
        </span>
      </div>
      <Command.List
        label={text.list}
        className="max-h-[min(420px,50dvh)] flex-1 overflow-y-auto overscroll-contain p-1.5 outline-none"
      >
        <Command.Empty className="px-8 py-4 text-sm text-ink-2">{text.noneFound}</Command.Empty>
        <Row
          value={NOBODY}
          mark={<Box size={18} strokeWidth={1.75} className="m-px text-ink-3" aria-hidden />}
          name={text.nobody}
          description={text.nobodyHelp}
          isChosen={chosen === null}
          onSelect={() => onChoose(null)}
        />
        {assistants.map((assistant) => (
          <AssistantRow
            key={assistant.id}
            assistant={assistant}
            isChosen={assistant.id === chosen}
            onSelect={() => onChoose(assistant.id)}
          />
        ))}
      </Command.List>
      <footer className="border-t border-line px-3.5 py-2.5 text-right text-xs">
        <Link
          href="/settings/assistants"
          onClick={onClose}
          className="rounded-chip text-ink-2 underline hover:text-ink"
        >
          {text.manage}
        </Link>
      </footer>
    </Command>
  )
}

/** A second @, a space at once, or a space after a word that is in no name: so nobody is looked for. */
function isForMessage(query: string, assistants: AssistantSummary[]): boolean {
  if (/^[@\s]/.test(query)) return true
  const words = query.trim().toLowerCase()
  return (
    /\s$/.test(query) &&
    ![text.nobody, ...assistants.map(({ name }) => name)].some((name) => name.toLowerCase().includes(words))
  )
}

type AssistantRowProps = { assistant: AssistantSummary; isChosen: boolean; onSelect: () => void }
function AssistantRow({
  assistant: { id, letter, picture, name, description },
  isChosen,
  onSelect,
}: AssistantRowProps) {
  return (
    <Row
      value={id}
      keywords={[name]}
      mark={<AssistantMark id={id} letter={letter} picture={picture} size={20} />}
      name={name}
      description={description}
      isChosen={isChosen}
      onSelect={onSelect}
    />
  )
}

type RowProps = {
  value: string
  keywords?: string[]
  mark: ReactNode
  name: string
  description: string
  isChosen: boolean
  onSelect: () => void
}
function Row({ value, keywords = [], mark, name, description, isChosen, onSelect }: RowProps) {
  return (
    <Command.Item
      value={value}
      keywords={[name, ...keywords]}
      onSelect={onSelect}
      className="flex min-h-[46px] items-center gap-2.5 rounded-row px-2.5 py-1 data-[selected=true]:bg-selected"
    >
      {mark}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-mid">{name}</span>
        <span className="block truncate text-xs text-ink-3">{description}</span>
      </span>
      {isChosen && <Check size={14} strokeWidth={1.75} className="flex-none" aria-hidden />}
    </Command.Item>
  )
}
