'use client'
import { type Conversation, emptyRunView, type Message, type SendResult } from '@reynard/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useReynard, useTRPC, useTRPCClient } from '../../lib/client.tsx'
import { messages as words } from '../../lib/messages.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { removeLater, showAgain } from '../../lib/pending-removals.ts'
import { runStoreOf } from '../../lib/run-store/use-run.ts'
import { showToast } from '../../lib/toast.ts'
import type { Decision } from './approval/approval-card.tsx'
import { liveRunsUnder, newestLeaf } from './conversation-path.ts'
import { makeRequestKey } from './request-key.ts'
import { withAnswer, withQuestion } from './with-question.ts'

export type ChatCommands = ReturnType<typeof useChatCommands>
const say = (error: unknown) => showToast(error instanceof Error && error.message ? error.message : words.common.failed)

/**
 * All that one can do in a chat. Each shows in the cached conversation as soon as the server has taken it; `chat.changes` brings the rest.
 * Stable for as long as the chat is the same, so that rows keep still.
 */
export function useChatCommands(conversationId: string) {
  const client = useTRPCClient()
  const runs = runStoreOf(useReynard())
  const queryClient = useQueryClient()
  const trpc = useTRPC()
  return useMemo(() => {
    const queryKey = trpc.chat.byId.queryKey({ id: conversationId })
    const edit = async (change: (chat: Conversation) => Conversation) => {
      // An answer that was under way is older than what is known here.
      await queryClient.cancelQueries({ queryKey })
      queryClient.setQueryData(queryKey, (before) => before && change(before))
    }
    const read = () => queryClient.getQueryData(queryKey)
    const reread = () => void queryClient.invalidateQueries({ queryKey })

    /** Watches what it starts from the first moment on. */
    const start = (call: (key: string) => Promise<SendResult>) => {
      const key = makeRequestKey()
      const started = call(key)
      runs.expect({ key, started })
      return started
    }

    return {
      /** Asks another version of a question. Rejects where the server did not take it. */
      async edit(message: Message, text: string, paths: string[]) {
        const { parentId, id: messageId } = message
        const keep = paths.length > 0 ? { keep: { messageId, paths } } : {}
        const sent = await start((key) => client.chat.send.mutate({ key, conversationId, parentId, text, ...keep }))
        await edit((chat) => withQuestion(chat, sent, parentId, { text }))
        if (paths.length > 0) reread()
      },
      async regenerate(messageId: string, model: string | null = null) {
        try {
          const result = await start((key) => client.chat.regenerate.mutate({ key, messageId, model }))
          await edit((chat) => withAnswer(chat, result, result.userMessageId))
        } catch (error) {
          say(error)
        }
      },
      /** `askAgain`: with a call of it that nobody answered in time. */
      async continueAnswer(messageId: string, askAgain?: { runId: string; callId: string }) {
        try {
          const { runId } = await start((key) => client.chat.continue.mutate({ key, messageId, askAgain }))
          await edit((chat) => ({
            ...chat,
            messages: chat.messages.map((message) =>
              message.id !== messageId || message.runs.some((run) => run.runId === runId)
                ? message
                : { ...message, runs: [...message.runs, emptyRunView(runId, Date.now())] },
            ),
          }))
        } catch (error) {
          say(error)
        }
      },
      async cancel(runId: string) {
        try {
          await client.chat.cancel.mutate({ runId })
        } catch (error) {
          say(error)
        }
      },
      /** Answers a call that waits; the first answer counts, from wherever. False where the server did not take it. */
      async decide(runId: string, callId: string, decision: Decision): Promise<boolean> {
        try {
          await client.chat.decide.mutate({ runId, callId, ...decision })
          return true
        } catch (error) {
          say(error)
          return false
        }
      },
      /** Brings another version of a message, with the newest of what follows it, on screen. */
      async showVersion(id: string) {
        const chat = read()
        if (!chat) return
        const activeLeafId = newestLeaf(chat.messages, id)
        await edit((before) => ({ ...before, activeLeafId }))
        client.chat.update.mutate({ id: conversationId, activeLeafId }).catch((error: unknown) => {
          say(error)
          reread()
        })
      },
      /** An answer that has no other version goes with its question: a question alone leads nowhere. */
      remove(message: Message, siblings: number) {
        const isWholeTurn = message.role === 'user' || siblings < 2
        const id = isWholeTurn && message.role === 'assistant' ? (message.parentId ?? message.id) : message.id
        // Nobody waits for it any more, others may wait for its slot. Whoever takes it back finds it stopped, and can go on.
        for (const runId of liveRunsUnder(read()?.messages ?? [], id)) {
          // Where that fails, the removal stops it.
          client.chat.cancel.mutate({ runId }).catch(() => {})
        }
        removeLater(id, () => {
          client.chat.removeMessage.mutate({ id }).then(reread, (error: unknown) => {
            showAgain(id)
            say(error)
          })
        })
        showToast(isWholeTurn ? chatMessages.deletedQuestion : chatMessages.deletedAnswer, () => showAgain(id))
      },
    }
  }, [client, runs, queryClient, trpc, conversationId])
}
