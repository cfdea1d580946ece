'use client'
import { Download } from 'lucide-react'
import { use } from 'react'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { ChatProvider } from '../chat-context.ts'
import { ICON } from '../trail-row.tsx'

/** Saves a file as it is in the workspace now. Nothing where no chat is around it. */
export function SaveFileLink({ path }: { path: string }) {
  const chat = use(ChatProvider)
  if (chat === null) return null
  const address = path.split('/').map(encodeURIComponent).join('/')
  return (
    <a
      href={`/api/files/${chat.conversationId}/${address}`}
      download
      aria-label={toolMessages.saveFile(plainText(path))}
      className="inline-grid size-7 flex-none place-items-center rounded-control text-ink-3 transition-colors duration-120 hover:bg-hover hover:text-ink touch:size-11"
    >
      <Download {...ICON} />
    </a>
  )
}
