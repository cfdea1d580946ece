'use client'
import type { ConversationSummary } from '@reynard/protocol'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { matchesShortcut } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { ChatRow } from './chat-row.tsx'
import { groupChats } from './group-chats.ts'
import { useChatActions, useChats } from './use-chats.ts'
import { useRowsInSight } from './use-rows-in-sight.ts'
import { useToday } from './use-today.ts'

const GROUP_PX = 39
const isTouch = () => typeof matchMedia === 'function' && matchMedia('(pointer: coarse)').matches

/** Chats by date; only the rows in sight are in the page. One tab stop: arrows move, Enter opens, F2 renames, Delete deletes. */
export function ChatList({ source, path }: { source: ConversationSummary['source']; path: string }) {
  const { chats, isPending, error, refetch } = useChats(source)
  const actions = useChatActions()
  const today = useToday()
  const rows = useMemo(() => groupChats(chats ?? [], today), [chats, today])
  const chatRows = useMemo(() => rows.flatMap((row, index) => (row.kind === 'chat' ? [index] : [])), [rows])
  const scroller = useRef<HTMLDivElement>(null)
  const rowPx = isTouch() ? 44 : 32
  const heights = useMemo(() => rows.map((row) => (row.kind === 'group' ? GROUP_PX : rowPx)), [rows, rowPx])
  const sight = useRowsInSight(scroller, heights)
  const [renaming, setRenaming] = useState<string | null>(null)
  const [focused, setFocused] = useState<string | null>(null)
  const openId = path.startsWith('/chat/') ? path.slice('/chat/'.length) : null
  const tabStop =
    [focused, openId].find((id) => id !== null && chatRows.some((index) => rows[index]?.key === id)) ??
    rows[chatRows[0] ?? -1]?.key

  const pendingFocus = useRef<string | null>(null)
  useEffect(() => {
    if (pendingFocus.current === null) return
    const link = scroller.current?.querySelector<HTMLElement>(`[data-chat="${CSS.escape(pendingFocus.current)}"]`)
    if (!link) return
    pendingFocus.current = null
    link.focus()
  })

  function focusRow(index: number | undefined) {
    const row = index === undefined ? undefined : rows[index]
    if (index === undefined || row === undefined) return
    pendingFocus.current = row.key
    setFocused(row.key)
    sight.show(index)
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const key = event.target instanceof HTMLElement ? event.target.dataset.chat : undefined
    const place = chatRows.findIndex((index) => rows[index]?.key === key)
    const row = rows[chatRows[place] ?? -1]
    if (row?.kind !== 'chat') return
    const moves: Record<string, number> = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      Home: 0,
      End: chatRows.length - 1,
    }
    const target = moves[event.key]
    if (target !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      focusRow(chatRows[Math.min(chatRows.length - 1, Math.max(0, target))])
    } else if (matchesShortcut('rename', event.nativeEvent)) {
      setRenaming(row.key)
    } else if (matchesShortcut('remove', event.nativeEvent)) {
      focusRow(chatRows[place + 1] ?? chatRows[place - 1])
      actions.remove(row.chat)
    } else {
      return
    }
    event.preventDefault()
  }

  if (error && !chats) {
    return (
      <div className="grid flex-1 content-start justify-items-start gap-2 px-2 pt-5 text-sm text-ink-2">
        {messages.sidebar.loadFailed}
        <Button size="sm" onClick={() => void refetch()}>
          {messages.common.tryAgain}
        </Button>
      </div>
    )
  }
  if (!isPending && rows.length === 0) {
    return (
      <p className="flex-1 px-2 pt-5 text-sm text-ink-3">
        {source === 'api' ? messages.sidebar.emptyApi : messages.sidebar.empty}
      </p>
    )
  }
  return (
    <div
      ref={scroller}
      className="-mr-2.5 min-h-0 flex-1 overflow-y-auto overscroll-contain pr-2.5"
      aria-busy={isPending}
    >
      <ul className="relative" style={{ height: sight.starts.at(-1) }} onKeyDown={onKeyDown}>
        {rows.slice(sight.first, sight.last + 1).map((row, offset) => {
          const index = sight.first + offset
          const place = { transform: `translateY(${sight.starts[index]}px)`, height: heights[index] }
          if (row.kind === 'group') {
            return (
              <li
                key={row.key}
                className="absolute inset-x-0 top-0 px-2 pt-[18px] text-xs font-mid text-ink-3"
                style={place}
              >
                {row.label}
              </li>
            )
          }
          return (
            <li key={row.key} className="absolute inset-x-0 top-0" style={place}>
              <ChatRow
                chat={row.chat}
                isOpen={row.key === openId}
                isTabStop={row.key === tabStop}
                isRenaming={row.key === renaming}
                onFocus={() => setFocused(row.key)}
                onRenaming={(on) => {
                  if (!on) pendingFocus.current = row.key
                  setRenaming(on ? row.key : null)
                }}
                actions={actions}
              />
            </li>
          )
        })}
      </ul>
    </div>
  )
}
