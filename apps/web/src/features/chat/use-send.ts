'use client'
import type { SendResult, Upload } from '@reynard/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useSyncExternalStore } from 'react'
import { useReynard, useTRPC, useTRPCClient } from '../../lib/client.tsx'
import { takeDraftSettings, useDraftSettings } from '../../lib/draft-settings.ts'
import { runStoreOf } from '../../lib/run-store/use-run.ts'
import { failureOf, type SendFailure } from './send-failure.ts'
import { withQuestion } from './with-question.ts'

/** How long the server may take to say that it has the question. It goes again under the same key. */
const ACCEPT_MS = 30_000

type Question = { text: string; key: string; parentId: string | null; attachments?: Upload[] }
type PendingQuestion = Pick<Question, 'text' | 'attachments'>

/** Questions that the transcript does not have yet, by chat. */
const pending = new Map<string | null, PendingQuestion>()
const listeners = new Set<() => void>()
function setPending(chat: string | null, question: PendingQuestion | null) {
  if (question === null) pending.delete(chat)
  else pending.set(chat, question)
  for (const listener of listeners) listener()
}

/** The question that is on its way to the server, to be shown at once; null when all of them are in the transcript. */
export function usePendingQuestion(conversationId: string | null): PendingQuestion | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => pending.get(conversationId) ?? null,
    () => null,
  )
}

/**
 * Asks a question in a chat (null: begins one and goes to it) and answers null when the server took it and the transcript has it, else
 * why not.
 */
export function useSend(conversationId: string | null): (question: Question) => Promise<SendFailure | null> {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const runs = runStoreOf(useReynard())
  const queryClient = useQueryClient()
  const router = useRouter()
  const draftSettings = useDraftSettings()

  return async ({ text, key, parentId, attachments }) => {
    // The field itself may go meanwhile, where one first screen makes way for another.
    const askedAt = location.pathname
    setPending(conversationId, { text, ...(attachments && { attachments }) })
    try {
      const settings = conversationId === null ? { settings: draftSettings } : {}
      const started = client.chat.send.mutate(
        {
          key,
          conversationId,
          parentId,
          text,
          ...settings,
          ...(attachments && { attachments: attachments.map(({ id }) => id) }),
        },
        { signal: AbortSignal.timeout(ACCEPT_MS) },
      )
      runs.expect({ key, started })
      const result = await started
      if (conversationId === null) takeDraftSettings()
      // What was saved is what the content filter left of it.
      await show(result, parentId, { text: result.text ?? text, ...(attachments && { attachments }) })
      // Whoever went elsewhere meanwhile is not called back.
      if (conversationId === null && location.pathname === askedAt) router.push(`/chat/${result.conversationId}`)
      return null
    } catch (error) {
      return failureOf(error, Date.now())
    } finally {
      setPending(conversationId, null)
    }
  }

  /** A chat that is on screen takes the question up as it is: reading a long one again would hold up its first words. */
  async function show(result: SendResult, parentId: string | null, question: PendingQuestion) {
    const id = result.conversationId
    const options = trpc.chat.byId.queryOptions({ id }, { staleTime: 0, networkMode: 'always' })
    if (queryClient.getQueryData(options.queryKey)) {
      await queryClient.cancelQueries({ queryKey: options.queryKey })
      queryClient.setQueryData(options.queryKey, (chat) => chat && withQuestion(chat, result, parentId, question))
      // Where a name was taken the file has another one now.
      if (question.attachments) void queryClient.invalidateQueries({ queryKey: options.queryKey })
      return
    }
    void queryClient.invalidateQueries({ queryKey: trpc.chat.list.pathKey() })
    try {
      // A read that began before the question would come without it.
      await queryClient.cancelQueries({ queryKey: options.queryKey })
      await queryClient.fetchQuery(options)
    } catch {
      // The question is accepted all the same; the chat is read when the server is reached again.
      void queryClient.invalidateQueries({ queryKey: options.queryKey })
    }
  }
}
