'use client'
import { messages } from '../../lib/messages.ts'
import { focusComposer } from '../shell/regions.ts'
import { useChats } from '../sidebar/use-chats.ts'
import { AssistantMark } from './assistant-mark.tsx'
import { useAssistants, useChatAssistant } from './use-assistants.ts'

const MOST = 4

/** The assistants in one line each; the one that is chosen answers the chat that is about to begin. */
export function AssistantCards() {
  const assistants = useAssistants()
  const { assistant: chosen, choose } = useChatAssistant(null)
  // What waits for the person stands above: nothing moves when that comes.
  const { isPending } = useChats('ui')
  if (assistants.length === 0 || isPending) return null
  return (
    <section aria-label={messages.assistants.title} className="-mx-3 mt-4 grid grid-cols-1 gap-1 sm:grid-cols-2">
      {assistants.slice(0, MOST).map(({ id, letter, picture, name, description }) => (
        <button
          key={id}
          type="button"
          aria-pressed={chosen?.id === id}
          onClick={() => {
            choose(chosen?.id === id ? null : id)
            focusComposer()
          }}
          className="flex min-h-14 min-w-0 items-center gap-3.5 rounded-card px-3 py-2 text-left text-sm transition-colors duration-120 hover:bg-hover aria-pressed:bg-selected"
        >
          <AssistantMark id={id} letter={letter} picture={picture} size={26} />
          <span className="min-w-0 flex-1">
            <b className="block truncate text-md font-mid">{name}</b>
            <span className="line-clamp-2 [overflow-wrap:anywhere] text-ink-2">{description}</span>
          </span>
        </button>
      ))}
    </section>
  )
}
