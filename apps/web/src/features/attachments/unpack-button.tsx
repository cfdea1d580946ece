'use client'
import { PackageOpen } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import { useTRPCClient } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { attachmentMessages } from '../../lib/messages-attachments.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'
import { useChat } from '../chat/chat-context.ts'

const text = attachmentMessages

/** Unpacks an archive beside itself, into a folder of its name. */
export function UnpackButton({ path }: { path: string }) {
  const { conversationId } = useChat()
  const client = useTRPCClient()
  const [isBusy, setBusy] = useState(false)
  const unpack = async () => {
    if (isBusy) return
    setBusy(true)
    try {
      const { folder, files } = await client.assistant.workspace.unpack.mutate({ conversationId, path })
      showToast(text.unpacked(files, plainText(folder)))
    } catch (error) {
      showToast(error instanceof Error && error.message ? error.message : messages.common.failed)
    } finally {
      setBusy(false)
    }
  }
  return (
    <IconButton label={text.unpack(plainText(path))} aria-disabled={isBusy || undefined} onClick={() => void unpack()}>
      <PackageOpen size={14} strokeWidth={1.75} aria-hidden />
    </IconButton>
  )
}
