'use client'
import type { ConversationSummary, SearchHit } from '@reynard/protocol'
import { Command } from 'cmdk'
import { MessageSquare, Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useLayoutEffect, useState } from 'react'
import { Dialog } from '../../components/dialog.tsx'
import { takeEarlyWords } from '../../components/early-words.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { daysBetween, formatDay } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { openHit } from '../chat/opened-hits.ts'
import { overlayOpener } from '../shell/overlay.ts'
import { useChats } from '../sidebar/use-chats.ts'
import { type PaletteCommand, usePaletteCommands } from './commands.tsx'
import { fromHitOn, MarkedText, markWords } from './marked-text.tsx'
import { useMessageSearch } from './use-message-search.ts'

const RECENT = 6
/** Titles first, but not so many that no sentence is in sight. */
const MOST_TITLES = 6
const GROUP =
  '[&>[cmdk-group-heading]]:px-2.5 [&>[cmdk-group-heading]]:pt-3.5 [&>[cmdk-group-heading]]:pb-1 [&>[cmdk-group-heading]]:text-xs [&>[cmdk-group-heading]]:font-mid [&>[cmdk-group-heading]]:text-ink-3'

/** One list: chats (with the sentence that was found), what can be done, places. Says how many and how fast. */
export function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const [query, setQuery] = useState('')
  // After the commit: a render that is thrown away must not swallow what was typed.
  useLayoutEffect(() => setQuery(takeEarlyWords()), [])
  const { hits, ms, isSearching } = useMessageSearch(query)
  const chats = useFoundChats(query, hits)
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const commands = usePaletteCommands().filter((command) =>
    words.every((word) => command.label.toLowerCase().includes(word)),
  )
  const count = chats.length + commands.length
  const isEmpty = count === 0 && !isSearching
  // The list loses its selection when the selected row goes together with others: then the first row has it.
  const [chosen, setChosen] = useState('')
  const rows = [
    ...chats.map((chat) => chat.key),
    ...(['actions', 'places'] as const).flatMap((group) =>
      commands.filter((command) => command.group === group).map((command) => command.id),
    ),
  ]
  const selected = rows.includes(chosen) ? chosen : (rows[0] ?? '')
  const groups = { actions: messages.palette.actions, places: messages.palette.places } as const

  return (
    <Dialog bare open opener={overlayOpener} onOpenChange={onClose} place="palette" title={messages.palette.title}>
      <Command
        label={messages.palette.title}
        shouldFilter={false}
        loop
        value={selected}
        onValueChange={setChosen}
        className="flex min-h-0 flex-col"
      >
        <div className="flex h-[54px] flex-none items-center gap-3 border-b border-line px-4">
          <Search size={16} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
          <Command.Input
            autoFocus
            value={query}
            onValueChange={setQuery}
            maxLength={200}
            placeholder={messages.palette.placeholder}
            className="h-full min-w-0 flex-1 bg-transparent text-[17px] outline-none"
          />
          <span className="touch:hidden">
            <Kbd text="Esc" />
          </span>
        </div>
        {/* Beside the list, which may hold nothing but what can be chosen. */}
        {isEmpty && <p className="px-4.5 pt-6 text-sm text-ink-2">{messages.palette.empty(query.trim())}</p>}
        <Command.List
          label={messages.palette.title}
          className="min-h-24 flex-1 overflow-y-auto overscroll-contain px-2 pb-2 outline-none"
        >
          {chats.length > 0 && (
            <Command.Group heading={messages.palette.chats} className={GROUP}>
              {chats.map((chat) => (
                <Row
                  key={chat.key}
                  value={chat.key}
                  icon={<MessageSquare size={16} strokeWidth={1.75} aria-hidden />}
                  end={<Day at={chat.at} />}
                  onSelect={() => {
                    onClose()
                    if (chat.snippet !== null) openHit(chat.key)
                    router.push(chat.href)
                  }}
                >
                  {chat.snippet === null ? (
                    <MarkedText text={chat.title} />
                  ) : (
                    <span className="flex gap-1.5">
                      <span className={chat.isSameChat ? 'sr-only' : 'max-w-[45%] flex-none truncate'}>
                        {chat.title}
                      </span>
                      <span className="min-w-0 truncate text-ink-2">
                        <MarkedText text={chat.snippet} />
                      </span>
                    </span>
                  )}
                </Row>
              ))}
            </Command.Group>
          )}
          {(['actions', 'places'] as const).map((group) => (
            <CommandGroup
              key={group}
              heading={groups[group]}
              commands={commands.filter((command) => command.group === group)}
              query={query}
              onClose={onClose}
            />
          ))}
        </Command.List>
      </Command>
      <footer className="flex flex-none items-center gap-4 border-t border-line px-4 py-2.5 text-xs text-ink-3">
        <span className="flex items-center gap-1.5 max-sm:hidden">
          <Kbd text="↑" />
          <Kbd text="↓" />
          {messages.palette.move}
        </span>
        <span className="flex items-center gap-1.5 max-sm:hidden">
          <Kbd text="↵" />
          {messages.palette.open}
        </span>
        <span role="status" className="ml-auto">
          {messages.palette.results(count, ms)}
        </span>
      </footer>
    </Dialog>
  )
}

/** `isSameChat`: the row above is of the same chat, so its title need not stand here again. */
type FoundChat = { key: string; href: string; title: string; snippet: string | null; isSameChat: boolean; at: number }

/** With words: chats by title, then found sentences. Without: the latest. */
function useFoundChats(query: string, hits: SearchHit[]): FoundChat[] {
  const { chats = [] } = useChats('ui')
  const trimmed = query.trim()
  const latest = [...chats].sort((a, b) => b.updatedAt - a.updatedAt)
  if (trimmed === '') return latest.slice(0, RECENT).map((chat) => fromChat(chat, chat.title))
  const words = trimmed.toLowerCase().split(/\s+/)
  const byTitle = latest.filter((chat) => words.every((word) => chat.title.toLowerCase().includes(word)))
  return [
    ...byTitle.slice(0, MOST_TITLES).map((chat) => fromChat(chat, markWords(chat.title, trimmed))),
    ...besideEachOther(hits.filter((hit) => hit.role !== 'title')).map((hit, index, all) =>
      fromHit(hit, trimmed, all[index - 1]?.conversationId === hit.conversationId),
    ),
  ]
}

function fromChat(chat: ConversationSummary, title: string): FoundChat {
  return { key: chat.id, href: `/chat/${chat.id}`, title, snippet: null, isSameChat: false, at: chat.updatedAt }
}

/** Hits of one chat together, chats in the order of their best hit. */
function besideEachOther(hits: SearchHit[]): SearchHit[] {
  return [...Map.groupBy(hits, (hit) => hit.conversationId).values()].flat()
}

function fromHit(hit: SearchHit, query: string, isSameChat: boolean): FoundChat {
  const place = new URLSearchParams({ message: hit.messageId, q: query })
  return {
    key: hit.messageId,
    href: `/chat/${hit.conversationId}?${place}`,
    title: hit.conversationTitle,
    snippet: fromHitOn(hit.snippet),
    isSameChat,
    at: hit.createdAt,
  }
}

type RowProps = { value: string; icon: ReactNode; end?: ReactNode; onSelect: () => void; children: ReactNode }
function Row({ value, icon, end, onSelect, children }: RowProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-9 items-center gap-2.5 rounded-row px-2.5 text-sm data-[selected=true]:bg-selected touch:min-h-11"
    >
      <span className="flex-none text-ink-3">{icon}</span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      <span className="flex-none text-xs text-ink-3">{end}</span>
    </Command.Item>
  )
}

type CommandGroupProps = { heading: string; commands: PaletteCommand[]; query: string; onClose: () => void }
function CommandGroup({ heading, commands, query, onClose }: CommandGroupProps) {
  if (commands.length === 0) return null
  return (
    <Command.Group heading={heading} className={GROUP}>
      {commands.map((command) => (
        <Row
          key={command.id}
          value={command.id}
          icon={command.icon}
          end={
            command.shortcut && (
              <span className="touch:hidden">
                <Kbd shortcut={command.shortcut} />
              </span>
            )
          }
          onSelect={() => {
            onClose()
            command.run()
          }}
        >
          <MarkedText text={markWords(command.label, query)} />
        </Row>
      ))}
    </Command.Group>
  )
}

function Day({ at }: { at: number }) {
  const now = Date.now()
  const days = daysBetween(at, now)
  if (days <= 0) return messages.sidebar.today
  return days === 1 ? messages.sidebar.yesterday : formatDay(at, now)
}
