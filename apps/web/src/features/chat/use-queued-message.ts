'use client'
import type { Conversation, RunEndReason, Upload } from '@reynard/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTRPC } from '../../lib/client.tsx'
import { createKeptPerChat, useKept } from './composer-storage.ts'
import { makeRequestKey } from './request-key.ts'
import type { SendFailure } from './send-failure.ts'
import { joined, type KeyedText, readKeyedText } from './use-draft.ts'
import { useSend } from './use-send.ts'

/** A question that goes when the live answer ends. `isHeld`: it waits for the person, because that answer did not finish. */
export type QueuedMessage = KeyedText & { isHeld: boolean; failure: SendFailure | null }

export function readQueued(stored: unknown): QueuedMessage | null {
  const keyed = readKeyedText(stored)
  return keyed && { ...keyed, isHeld: false, failure: null }
}

/** What a second Enter makes of the queue: one message still, under a new key, as its text is a new one. */
export function addToQueue(
  queued: QueuedMessage | null,
  text: string,
  newKey: () => string,
  added: Upload[] = [],
): QueuedMessage {
  const attachments = [...(queued?.attachments ?? []), ...added]
  return {
    text: queued ? joined(queued.text, text) : text,
    key: newKey(),
    isHeld: false,
    failure: null,
    ...(attachments.length > 0 && { attachments }),
  }
}

/** How the answer that a queued question waits for stands. */
export function answerState(
  chat: Pick<Conversation, 'messages'>,
  answerId: string,
): 'live' | 'finished' | 'unfinished' {
  const runs = chat.messages.find((message) => message.id === answerId)?.runs
  const end = runs?.at(-1)?.endReason
  // A question under something that had no run, or that is gone, waits for nothing.
  if (end === undefined) return 'finished'
  if (end === null) return 'live'
  return UNFINISHED.includes(end) ? 'unfinished' : 'finished'
}
const UNFINISHED: RunEndReason[] = ['interrupted', 'failed']

// Shared: every tab sends it under the same key, so the server takes it once.
const queue = createKeptPerChat<QueuedMessage | null>({
  prefix: 'reynard.queued.',
  empty: null,
  read: readQueued,
  write: (queued) => queued && { text: queued.text, key: queued.key, attachments: queued.attachments },
  isShared: true,
})

type QueueInput = {
  conversationId: string | null
  /** The answer that it follows; undefined while the chat is being read. */
  parentId: string | null | undefined
  isLive: boolean
  isHeldBack: boolean
  isSending: boolean
}

/** The message that waits for the live answer's end, and goes by itself then. */
export function useQueuedMessage({ conversationId, parentId, isLive, isHeldBack, isSending }: QueueInput) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const send = useSend(conversationId)
  const queued = useKept(queue, conversationId, null)
  const isWaiting = queued !== null && !queued.isHeld && queued.failure === null
  const isDue = isWaiting && !isLive && !isHeldBack && !isSending && parentId !== undefined

  async function sendNow() {
    if (queued === null || parentId === undefined || isSending) return
    const { text, key, attachments } = queued
    const failure = await send({ text, key, parentId, ...(attachments && { attachments }) })
    // It may have been edited meanwhile: then it is another one.
    if (queue.get(conversationId)?.key !== key) return
    queue.set(conversationId, failure ? { ...queued, failure } : null)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once each time that it becomes due
  useEffect(() => {
    if (!isDue || conversationId === null) return
    let isOver = false
    const decide = async () => {
      // How the answer ended may reach this page after the end itself; the server knows.
      const options = trpc.chat.byId.queryOptions({ id: conversationId }, { staleTime: 0 })
      const chat = await queryClient.fetchQuery(options)
      // Where all turns were deleted it follows nothing.
      const state = typeof parentId === 'string' ? answerState(chat, parentId) : 'finished'
      if (isOver) return
      if (state === 'finished') await sendNow()
      else if (state === 'unfinished') queue.set(conversationId, { ...queued, isHeld: true })
    }
    decide().catch(() => {
      // Out of reach: it stays in the queue, and whoever is here can send it.
      if (!isOver) queue.set(conversationId, { ...queued, isHeld: true })
    })
    return () => {
      isOver = true
    }
  }, [isDue, conversationId, parentId, queued?.key])

  // Whatever held it back, it waits again when the answer goes on.
  const isStuck = queued !== null && !isWaiting
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when an answer begins to live
  useEffect(() => {
    if (isLive && isStuck) queue.set(conversationId, { ...queued, isHeld: false, failure: null })
  }, [isLive, isStuck])

  return {
    queued,
    isHeld: queued !== null && !isLive && (queued.isHeld || isHeldBack),
    add: (text: string, files: Upload[]) =>
      queue.set(conversationId, addToQueue(queue.get(conversationId), text, makeRequestKey, files)),
    remove: () => queue.set(conversationId, null),
    sendNow: () => void sendNow(),
  }
}
