'use client'
import { Paperclip } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'

/** Opens the person's files. How they get to the server comes when there are some. */
export function AttachButton({ chat }: { chat: string | null }) {
  // Opened in the press itself: a browser opens it at no other time.
  const choose = () => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = true
    input.onchange = () => {
      const files = [...(input.files ?? [])]
      void import('./upload-files.ts').then(({ addFiles }) => addFiles(chat, files))
    }
    input.click()
  }
  return (
    <IconButton label={messages.composer.attach} side="top" onClick={choose}>
      <Paperclip size={16} strokeWidth={1.75} aria-hidden />
    </IconButton>
  )
}
