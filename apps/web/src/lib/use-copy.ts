import { useEffect, useState } from 'react'
import { chatMessages } from '../lib/messages-chat.ts'
import { showToast } from './toast.ts'

const SHOWN_MS = 2000

/** Copies text and says for 2 s that it did; a clipboard that refuses is told by a toast. */
export function useCopy(): { copied: boolean; copy: (text: string) => void } {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return {
    copied,
    copy(text) {
      copyText(text).then(
        () => setCopied(true),
        () => showToast(chatMessages.copyFailed),
      )
    },
  }
}

/** Rejects where the browser gives no clipboard (a page that is not served securely, a refused permission). */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
}
