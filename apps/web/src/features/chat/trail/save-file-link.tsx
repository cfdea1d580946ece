'use client'
import { Download } from 'lucide-react'
import { type MouseEvent, use, useRef } from 'react'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { showToast } from '../../../lib/toast.ts'
import { ChatProvider } from '../chat-context.ts'
import { ICON } from '../trail-row.tsx'

/** Saves a file as it is in the workspace now, of the chat around it unless told. Nothing where there is none. */
export function SaveFileLink({ path, conversationId }: { path: string; conversationId?: string }) {
  const around = use(ChatProvider)
  const chat = conversationId ?? around?.conversationId ?? null
  const isThere = useRef(false)
  if (chat === null) return null
  const name = plainText(path)
  const address = path.split('/').map(encodeURIComponent).join('/')

  // A download that fails says nothing by itself, and the row may be older than what happened to its file.
  async function lookFirst(event: MouseEvent<HTMLAnchorElement>) {
    if (isThere.current) {
      isThere.current = false
      return
    }
    event.preventDefault()
    const link = event.currentTarget
    const response = await fetch(link.href, { method: 'HEAD' }).catch(() => null)
    if (!response?.ok) return showToast(response ? toolMessages.fileGone(name) : toolMessages.fileNotReached)
    isThere.current = true
    link.click()
  }

  return (
    <a
      href={`/api/files/${chat}/${address}`}
      download
      onClick={(event) => void lookFirst(event)}
      aria-label={toolMessages.saveFile(name)}
      className="inline-grid size-7 flex-none place-items-center rounded-control text-ink-3 transition-colors duration-120 hover:bg-hover hover:text-ink touch:size-11"
    >
      <Download {...ICON} />
    </a>
  )
}
