'use client'
import type { Conversation } from '@reynard/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useCallback, useEffect, useRef } from 'react'
import { useConnection, useTRPC } from '../../lib/client.tsx'
import { readAgain } from '../../lib/read-again.ts'
import { signInAgain } from '../../lib/sign-in-again.ts'
import { tellFailedDownloads } from '../models/tell-failed-downloads.ts'
import { useRefreshChats } from '../sidebar/use-chats.ts'

/** Changes of one burst (a run's start, its title, its end) are read together. */
const GATHER_MS = 150

/** Keeps lists, chats and the engine's state fresh in every tab. Mounted once, by the shell. */
export function useLiveUpdates() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const refreshChats = useRefreshChats()
  const changed = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const refreshing = useRef(Promise.resolve())

  const started = useRef<{ conversationId: string; messageId: string; runId: string }[]>([])
  const flush = useCallback(() => {
    timer.current = undefined
    // A run that this page began is in its chat by now: reading a long chat again would hold up the first words.
    for (const { conversationId, messageId, runId } of started.current.splice(0)) {
      const queryKey = trpc.chat.byId.queryKey({ id: conversationId })
      const answer = queryClient.getQueryData(queryKey)?.messages.find((message) => message.id === messageId)
      if (!answer?.runs.some((run) => run.runId === runId)) void queryClient.invalidateQueries({ queryKey })
    }
    const ids = changed.current
    changed.current = new Set()
    // A list that cannot be read says so itself; it is read again with the next change or connection.
    // One after the other: an older list would be laid over a newer one.
    refreshing.current = refreshing.current.then(() => refreshChats(ids)).catch(() => {})
  }, [refreshChats, queryClient, trpc])
  useEffect(() => () => clearTimeout(timer.current), [])

  useSubscription(
    trpc.chat.changes.subscriptionOptions(undefined, {
      onError: signInAgain,
      // A chat that was begun before this page heard of anything may have got its title meanwhile.
      onStarted: () => {
        for (const [queryKey, chat] of queryClient.getQueriesData<Conversation>(trpc.chat.byId.queryFilter())) {
          if (chat?.titleSource !== 'prompt') continue
          readAgain(queryClient, queryKey)
          changed.current.add(chat.id)
          timer.current ??= setTimeout(flush, GATHER_MS)
        }
      },
      onData: (change) => {
        if (change.kind === 'access') {
          const { chat, assistant, admin } = trpc
          const stale = [
            chat.models.pathKey(),
            chat.defaults.pathKey(),
            chat.status.pathKey(),
            assistant.list.pathKey(),
            assistant.rules.pathKey(),
            admin.groups.pathKey(),
          ]
          for (const queryKey of stale) void queryClient.invalidateQueries({ queryKey })
          return
        }
        if (change.kind === 'workspace' || change.kind === 'memory') {
          const { assistant, chat } = trpc
          const queryKey = change.kind === 'workspace' ? assistant.workspace.pathKey() : chat.memory.pathKey()
          void queryClient.invalidateQueries({ queryKey })
          return
        }
        changed.current.add(change.conversationId)
        timer.current ??= setTimeout(flush, GATHER_MS)
        const queryKey = trpc.chat.byId.queryKey({ id: change.conversationId })
        if (change.kind === 'conversation-removed') {
          changed.current.delete(change.conversationId)
          void queryClient.invalidateQueries({ queryKey: trpc.chat.list.pathKey() })
        } else if (change.kind === 'run-started') {
          started.current.push(change)
        } else {
          readAgain(queryClient, queryKey)
        }
        if (change.kind === 'run-ended') void queryClient.invalidateQueries(trpc.chat.models.queryFilter())
      },
    }),
  )

  const models = useRef('')
  useSubscription(
    trpc.chat.watchStatus.subscriptionOptions(undefined, {
      onData: (status) => {
        tellFailedDownloads(queryClient.getQueryData(trpc.chat.status.queryKey()), status)
        queryClient.setQueryData(trpc.chat.status.queryKey(), status)
        // What is in the catalogue depends on the engines that answer, what is in the list on nothing that the tag does not tell.
        const fingerprint = JSON.stringify([status.modelsTag, status.engines.map((engine) => engine.condition)])
        if (models.current !== '' && models.current !== fingerprint) {
          void queryClient.invalidateQueries(trpc.chat.models.queryFilter())
          void queryClient.invalidateQueries({ queryKey: trpc.admin.catalog.queryKey() })
        }
        models.current = fingerprint
      },
    }),
  )

  // What happened while the connection was gone was not told; everything on screen is read again.
  const { status, transport } = useConnection()
  const lastOpen = useRef<{ transport: string; isOpen: boolean }>(null)
  useEffect(() => {
    const before = lastOpen.current
    if (status !== 'open') {
      if (before) before.isOpen = false
      return
    }
    lastOpen.current = { transport, isOpen: true }
    if (before && !(before.isOpen && before.transport === transport)) void queryClient.invalidateQueries()
  }, [status, transport, queryClient])
}
