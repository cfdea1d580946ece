'use client'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { ShieldOff } from 'lucide-react'
import Link from 'next/link'
import { useDeferredValue, useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Note } from '../../components/note.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { Switch } from '../../components/switch.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { memoryMessages as text } from '../../lib/messages-memory.ts'
import { TopBar } from '../shell/top-bar.tsx'
import { useToday } from '../sidebar/use-today.ts'
import { AddMemory } from './add-memory.tsx'
import { MemoryRow } from './memory-row.tsx'
import { useMemoryActions } from './use-memory-actions.ts'

const PAGE = 50
const MOST_CHARACTERS = 200

/** All that is remembered of a person: to be read, searched, added to, changed, deleted, and switched off. */
export function MemoryScreen() {
  const trpc = useTRPC()
  const now = useToday()
  const switchId = useId()
  const [query, setQuery] = useState('')
  const asked = useDeferredValue(query.trim())
  const actions = useMemoryActions()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    trpc.chat.memory.list.infiniteQueryOptions(
      { query: asked, limit: PAGE },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData },
    ),
  )
  const first = data?.pages[0]
  const memories = data?.pages.flatMap((page) => page.memories) ?? []
  return (
    <>
      <title>{messages.shell.pageTitle(text.title)}</title>
      <TopBar>
        <h1 className="text-md font-mid max-sm:text-lg">{text.title}</h1>
      </TopBar>
      <main data-region="main" className="min-h-0 flex-1 overflow-y-auto px-6 max-sm:px-4" aria-busy={!first && !error}>
        <div className="mx-auto grid w-full max-w-[760px] grid-cols-1 gap-5 pt-5 pb-24">
          <p className="max-w-[64ch] text-md text-ink-2">
            {text.sentence} {text.local}
          </p>
          {first && !first.allowed && (
            <Note
              icon={<ShieldOff size={16} strokeWidth={1.75} aria-hidden />}
              actions={
                <Button size="sm" asChild>
                  <Link href="/admin/settings?section=chats">{text.toSettings}</Link>
                </Button>
              }
            >
              {text.notAllowed}
            </Note>
          )}
          {first && (
            <div className="flex items-start gap-4">
              <div className="flex-1">
                <label htmlFor={switchId} className="text-md font-mid">
                  {text.enabled}
                </label>
                <p className="max-w-[60ch] text-sm text-ink-2">{text.enabledHelp}</p>
              </div>
              <Switch
                id={switchId}
                className="mt-1"
                checked={first.enabled}
                onCheckedChange={(on) => void actions.setEnabled(on)}
              />
            </div>
          )}
          <AddMemory isAdding={actions.isAdding} onAdd={actions.add} />
          {error && (
            <p role="alert" className="grid justify-items-start gap-3 text-ink-2">
              {text.loadFailed}
              <Button onClick={() => void refetch()}>{messages.common.tryAgain}</Button>
            </p>
          )}
          {first && (
            <section aria-label={text.title}>
              <div className="mb-3 flex items-center gap-3">
                <SearchField
                  label={text.search}
                  value={query}
                  most={MOST_CHARACTERS}
                  className="flex-1"
                  onChange={setQuery}
                />
                <span role="status" className="text-sm text-ink-3 tabular-nums">
                  {text.count(asked === '' ? first.total : memories.length)}
                </span>
              </div>
              {memories.length === 0 && (
                <p className="border-t border-line py-4 text-sm text-ink-2">
                  {first.total === 0 ? text.none : text.noneFound}
                </p>
              )}
              <ul>
                {memories.map((memory) => (
                  <MemoryRow
                    key={memory.id}
                    memory={memory}
                    now={now}
                    onSave={(changed) => actions.update(memory.id, changed)}
                    onDelete={() => actions.remove(memory)}
                  />
                ))}
              </ul>
              {hasNextPage && (
                <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  {text.more}
                </Button>
              )}
            </section>
          )}
        </div>
      </main>
    </>
  )
}
