'use client'
import { usePathname, useRouter } from 'next/navigation'
import { messages } from '../../lib/messages.ts'
import { setOverlay } from '../shell/overlay.ts'
import { focusComposer } from '../shell/regions.ts'
import { AssistantMark } from './assistant-mark.tsx'
import { useAssistants, useChatAssistant } from './use-assistants.ts'

const MOST = 5

/** The sidebar's assistants: each begins a chat with it. The rest of them is in the composer's list. */
export function AssistantRows({ className }: { className: string }) {
  const router = useRouter()
  const path = usePathname()
  const assistants = useAssistants()
  const { choose } = useChatAssistant(null)
  if (assistants.length === 0) return null
  return (
    <div className="flex-none">
      <p aria-hidden className="px-2 pt-[18px] pb-[5px] text-xs font-mid text-ink-3">
        {messages.assistants.title}
      </p>
      <ul aria-label={messages.assistants.title} className="grid grid-cols-1 gap-px">
        {assistants.slice(0, MOST).map(({ id, letter, picture, name }) => (
          <li key={id}>
            <button
              type="button"
              className={className}
              onClick={() => {
                choose(id)
                setOverlay(null)
                if (path === '/') focusComposer()
                else router.push('/')
              }}
            >
              <AssistantMark id={id} letter={letter} picture={picture} size={16} />
              <span className="min-w-0 truncate">{name}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
