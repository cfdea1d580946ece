'use client'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { FoxMark } from '../../components/fox-mark.tsx'
import { useReynard, useTRPC } from '../../lib/client.tsx'
import { useShortcut } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { usePendingRemovals } from '../../lib/pending-removals.ts'
import { runStoreOf, useRunPhase } from '../../lib/run-store/use-run.ts'
import { showToast } from '../../lib/toast.ts'
import { copyText } from '../../lib/use-copy.ts'
import { focusApproval } from '../shell/regions.ts'
import { Announcer } from './announcer.tsx'
import { answerText } from './answer-text.ts'
import { ApprovalFoot } from './approval/approval-foot.tsx'
import { ChatComposer } from './chat-composer.tsx'
import { type Chat, ChatProvider } from './chat-context.ts'
import { conversationPath, liveRun, modelBefore, type Turn } from './conversation-path.ts'
import { type OpenAt, useTimesOpened } from './opened-hits.ts'
import type { TranscriptHandle } from './transcript.tsx'
import { useChatCommands } from './use-chat-commands.ts'
import { usePendingQuestion } from './use-send.ts'
import { asAttachment } from './with-question.ts'

/** Markdown and the long list are a good part of the code; they come beside the chat's data, not before the page. */
const Transcript = lazy(async () => ({ default: (await import('./transcript.tsx')).Transcript }))

/** Only a chat with a project begins with it. */
const ProjectStart = lazy(async () => ({ default: (await import('../projects/project-start.tsx')).ProjectStart }))

/** By then the usual reading after an end has come. */
const SETTLE_MS = 600

type ChatViewProps = { conversationId: string; messageId: string | null; words: string }

/** One chat: its turns and the place to write. `messageId`: the message to open it at (a search hit), where it holds the `words`. */
export function ChatView({ conversationId, messageId, words }: ChatViewProps) {
  const trpc = useTRPC()
  const { data: chat, error, refetch } = useQuery(trpc.chat.byId.queryOptions({ id: conversationId }))
  const commands = useChatCommands(conversationId)
  const hidden = usePendingRemovals()
  const turns = useMemo(() => (chat ? conversationPath(chat, hidden) : []), [chat, hidden])
  const live = useMemo(() => liveRun(turns), [turns])
  const phase = useRunPhase(live?.run ?? null)
  const isLive = phase !== null && phase !== 'ended'
  const pending = usePendingQuestion(conversationId)

  // A run that ended while its chat was being read: the change was told before the reading was there, and the reading holds a live run.
  useEffect(() => {
    if (phase !== 'ended' || live === null) return
    const timer = setTimeout(() => void refetch(), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [phase, live, refetch])
  const shown = useMemo(
    () => (pending === null ? turns : [...turns, pendingTurn(conversationId, pending)]),
    [turns, pending, conversationId],
  )
  const transcript = useRef<TranscriptHandle>(null)

  const cached = useRef(chat)
  useEffect(() => {
    cached.current = chat
  })
  const context = useMemo<Chat>(
    () => ({
      conversationId,
      commands,
      scrollTo: (id) => transcript.current?.scrollTo(id),
      findText: (id) => cached.current?.messages.find((message) => message.id === id)?.text ?? '',
      modelBefore: (id) =>
        cached.current === undefined || cached.current.settings.model ? null : modelBefore(cached.current.messages, id),
    }),
    [conversationId, commands],
  )

  // A hit in another version brings that version on screen, once: whoever steps on from it goes where they want.
  const time = useTimesOpened(messageId)
  const openAt = useMemo(() => (messageId === null ? null : { messageId, words, time }), [messageId, words, time])
  const switchedTo = useRef<OpenAt | null>(null)
  useEffect(() => {
    if (messageId === null || openAt === switchedTo.current) return
    if (!chat?.messages.some((message) => message.id === messageId)) return
    switchedTo.current = openAt
    if (!turns.some((turn) => turn.message.id === messageId)) void commands.showVersion(messageId)
  }, [chat, turns, messageId, openAt, commands])

  // The card may be out of sight, and then it is not in the page.
  const lastId = turns.at(-1)?.message.id
  const toApproval = () => {
    if (phase !== 'approval' || lastId === undefined || document.querySelector('[data-region="approval"]')) return false
    transcript.current?.scrollTo(lastId)
    focusApproval()
  }
  useShortcut('next-region', toApproval)

  const store = runStoreOf(useReynard())

  useShortcut('copy-answer', () => {
    const answer = turns.findLast((turn) => turn.message.role === 'assistant')?.message
    if (!answer) return false
    const run = answer.runs.at(-1)
    const written = run && store.get(run.runId)
    const known = {
      ...answer,
      runs: answer.runs.map((one) =>
        one === run && one.phase !== 'ended' && written && written.seq > one.seq ? written : one,
      ),
    }
    const copied = answerText(known)
    if (copied === '') {
      showToast(chatMessages.nothingToCopy)
      return
    }
    copyText(copied).then(
      () => showToast(messages.common.copied),
      () => showToast(chatMessages.copyFailed),
    )
  })

  return (
    <ChatProvider value={context}>
      <Announcer run={live?.run ?? null} />
      {chat?.project && shown.length === 0 ? (
        <Suspense fallback={<div className="flex-1" />}>
          <ProjectStart chat={chat} project={chat.project} />
        </Suspense>
      ) : chat && shown.length === 0 ? (
        <div className="grid flex-1 place-items-center px-6">
          <h2 className="flex items-center gap-3.5 text-h2 font-strong">
            <FoxMark size={36} />
            {messages.newChat.question}
          </h2>
        </div>
      ) : chat ? (
        <Suspense fallback={<div className="flex-1" />}>
          <Transcript
            ref={transcript}
            turns={shown}
            openAt={openAt}
            isLive={isLive}
            onVersion={(id) => void commands.showVersion(id)}
          />
        </Suspense>
      ) : (
        <div className="grid flex-1 place-items-center">
          {error && (
            <p role="alert" className="grid justify-items-start gap-3 text-ink-2">
              {chatMessages.loadFailed}
              <Button onClick={() => void refetch()}>{messages.common.tryAgain}</Button>
            </p>
          )}
        </div>
      )}
      <ApprovalFoot live={isLive && live ? live.run : null}>
        <div
          data-region="composer"
          data-foot=""
          className="flex-none overflow-hidden px-6 pt-2.5 pb-[18px] [scrollbar-gutter:stable_both-edges] max-sm:px-2 max-sm:pb-[max(8px,env(safe-area-inset-bottom))]"
        >
          <div className="mx-auto w-full max-w-[756px] sm:pl-9">
            <ChatComposer
              conversationId={conversationId}
              turns={chat ? turns : null}
              live={isLive && live ? live.run : null}
            />
          </div>
        </div>
      </ApprovalFoot>
    </ChatProvider>
  )
}

/** A question on its way to the server: nothing can be done to it yet. */
function pendingTurn(
  conversationId: string,
  { text, attachments }: NonNullable<ReturnType<typeof usePendingQuestion>>,
): Turn {
  const message = {
    id: 'pending',
    conversationId,
    parentId: null,
    role: 'user' as const,
    text,
    createdAt: Date.now(),
    ...(attachments && { attachments: attachments.map(asAttachment) }),
    runs: [],
  }
  return { message, index: 0, siblings: [] }
}
