'use client'
import type { ConversationSummary } from '@reynard/protocol'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect } from 'react'
import { useTRPC, useTRPCClient } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { readAgain } from '../../lib/read-again.ts'
import { showToast } from '../../lib/toast.ts'

const PAGE = 200
type Source = ConversationSummary['source']

function useListOptions(source: Source) {
  const trpc = useTRPC()
  return trpc.chat.list.infiniteQueryOptions(
    { limit: PAGE, source },
    { getNextPageParam: (page) => page.nextCursor, staleTime: Number.POSITIVE_INFINITY },
  )
}

/** All chats of a source. The first page shows at once, the others follow by themselves: a pin may be on any of them. */
export function useChats(source: Source) {
  const { data, isPending, error, refetch, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery(
    useListOptions(source),
  )
  useEffect(() => {
    if (hasNextPage && !isFetching && !error) void fetchNextPage()
  }, [hasNextPage, isFetching, error, fetchNextPage])
  return { chats: data?.pages.flatMap((page) => page.items), isPending, error, refetch }
}

type Pages = { pages: { items: ConversationSummary[] }[] }

/** Changes chats in the cached lists without asking the server. Null takes a chat out. */
function useEditLists() {
  const queryClient = useQueryClient()
  const lists = [useListOptions('ui').queryKey, useListOptions('api').queryKey]
  return (id: string, edit: (chat: ConversationSummary) => ConversationSummary | null) => {
    for (const queryKey of lists) {
      queryClient.setQueryData(queryKey, (before) => {
        if (!before) return before
        const pages = before.pages.map((page) => ({
          ...page,
          items: page.items.flatMap((chat) => (chat.id === id ? (edit(chat) ?? []) : [chat])),
        }))
        return { ...before, pages }
      })
    }
  }
}

/**
 * Reads again what changed. A chat that lives is among the newest, so the first page is asked and laid over the cached ones; only where
 * the change is not found there (a pin on an old chat, from another tab) the whole list is read anew.
 */
export function useRefreshChats() {
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const ui = useListOptions('ui').queryKey
  const api = useListOptions('api').queryKey
  return useCallback(
    async (changed: ReadonlySet<string>) => {
      for (const [source, queryKey] of [
        ['ui', ui],
        ['api', api],
      ] as const) {
        const cached = queryClient.getQueryData(queryKey)
        if (!cached) {
          readAgain(queryClient, queryKey)
          continue
        }
        const first = await client.chat.list.query({ limit: 20, source })
        const fresh = new Map(first.items.map((chat) => [chat.id, chat]))
        const known = new Set(cached.pages.flatMap((page) => page.items.map((chat) => chat.id)))
        if ([...changed].some((id) => known.has(id) && !fresh.has(id))) {
          await queryClient.invalidateQueries({ queryKey })
          continue
        }
        queryClient.setQueryData(queryKey, (before) => before && layOver(before, first.items))
      }
    },
    [client, queryClient, ui, api],
  )
}

function layOver<Data extends Pages>(before: Data, fresh: ConversationSummary[]): Data {
  const ids = new Set(fresh.map((chat) => chat.id))
  const pages = before.pages.map((page, index) => {
    const kept = page.items.filter((chat) => !ids.has(chat.id))
    return { ...page, items: index === 0 ? [...fresh, ...kept] : kept }
  })
  return { ...before, pages }
}

/** What one can do to a chat from the sidebar, the palette and the top bar. Each shows at once and is taken back where it fails. */
export function useChatActions() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const router = useRouter()
  const editLists = useEditLists()
  const rereadLists = () => queryClient.invalidateQueries({ queryKey: trpc.chat.list.pathKey() })
  const onError = (error: { message: string }) => {
    showToast(error.message || messages.common.failed)
    void rereadLists()
  }
  const update = useMutation(trpc.chat.update.mutationOptions({ onError }))
  const remove = useMutation(trpc.chat.remove.mutationOptions({ onError }))
  const restore = useMutation(trpc.chat.restore.mutationOptions({ onError, onSuccess: rereadLists }))

  return {
    rename(chat: ConversationSummary, title: string) {
      const trimmed = title.trim()
      if (trimmed === '' || trimmed === chat.title) return
      editLists(chat.id, (before) => ({ ...before, title: trimmed, titleSource: 'person' }))
      update.mutate(
        { id: chat.id, title: trimmed },
        { onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.chat.byId.queryKey({ id: chat.id }) }) },
      )
    },
    pin(chat: ConversationSummary, pinned: boolean) {
      editLists(chat.id, (before) => ({ ...before, pinned }))
      update.mutate({ id: chat.id, pinned })
    },
    /** The newest answer was on screen. */
    markRead(id: string) {
      editLists(id, (before) => ({ ...before, unread: false }))
      queryClient.setQueryData(trpc.chat.byId.queryKey({ id }), (before) => before && { ...before, unread: false })
      update.mutate({ id, read: true })
    },
    /** The chat goes at once and can be had back for as long as the toast shows. */
    remove(chat: ConversationSummary) {
      editLists(chat.id, () => null)
      remove.mutate({ id: chat.id })
      const wasOpen = location.pathname === `/chat/${chat.id}`
      if (wasOpen) router.push('/')
      showToast(messages.sidebar.deleted(chat.title), async () => {
        await restore.mutateAsync({ id: chat.id })
        if (wasOpen) router.push(`/chat/${chat.id}`)
      })
    },
  }
}
