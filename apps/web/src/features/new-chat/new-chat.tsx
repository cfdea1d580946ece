'use client'
import { lazy, Suspense } from 'react'
import { FoxMark } from '../../components/fox-mark.tsx'
import { messages } from '../../lib/messages.ts'
import { AssistantCards } from '../assistants/assistant-cards.tsx'
import { useAssistantList } from '../assistants/use-assistants.ts'
import { Composer } from '../chat/composer.tsx'
import { useStatus } from '../models/use-models.ts'
import { ChatSettingsButton } from '../shell/chat-settings-button.tsx'
import { TopBar } from '../shell/top-bar.tsx'
import { OpenChats } from './open-chats.tsx'
import { StarterNote } from './starter-note.tsx'

/** Only whoever has no model yet needs it. */
const FirstRun = lazy(async () => ({ default: (await import('../first-run/first-run.tsx')).FirstRun }))

const BringProjectButton = lazy(async () => ({
  default: (await import('../projects/bring-project-button.tsx')).BringProjectButton,
}))

/** The question, a place to write, and what waits. Without a model: the ways to one. */
export function NewChat() {
  const status = useStatus()
  const hasNoModel = status !== undefined && (status.defaultModel === null || status.active === null)
  return (
    <>
      <title>{messages.shell.pageTitle(messages.shell.newChat)}</title>
      <TopBar actions={<ChatSettingsButton conversationId={null} className="max-sm:size-11" />} />
      <main className="flex min-h-0 flex-1 flex-col overflow-y-auto px-6 max-sm:px-4">
        {hasNoModel ? (
          // Who is typing goes on typing until the other screen is there.
          <Suspense fallback={<Start />}>
            <div className="mx-auto w-full max-w-[760px] py-8">
              <FirstRun status={status} />
            </div>
          </Suspense>
        ) : (
          <Start />
        )}
      </main>
    </>
  )
}

/** At a height that does not hang on what is in it: a page that is still coming in is drawn where it will stay. */
function Start() {
  return (
    <div className="mx-auto mt-[max(0px,calc(50dvh-262px))] w-full max-w-[720px] pt-4 pb-24">
      <h1 className="mb-[18px] flex items-center gap-3.5 text-h1 font-strong tracking-h1">
        <FoxMark size={36} />
        {messages.newChat.question}
      </h1>
      <Composer conversationId={null} />
      <StarterNote />
      <OpenChats />
      <AssistantCards />
      <BringProject />
    </div>
  )
}

/**
 * Only once the list is there: a boundary in the server's page is taken over when its code comes, and by then the list may be there, which
 * the server's page did not show.
 */
function BringProject() {
  const isKnown = useAssistantList() !== undefined
  return (
    <div className="-mx-3 mt-2">
      {isKnown && (
        <Suspense fallback={null}>
          <BringProjectButton conversationId={null} />
        </Suspense>
      )}
    </div>
  )
}
