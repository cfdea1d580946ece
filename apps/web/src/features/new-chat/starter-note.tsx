'use client'
import Link from 'next/link'
import { messages } from '../../lib/messages.ts'
import { useChatModel } from '../models/use-models.ts'

/** Says what the model is where it is not meant for work, and leads to better ones. Keeps its line free, so that nothing moves. */
export function StarterNote() {
  const { info } = useChatModel(null)
  return (
    <p className="mt-2 min-h-5 px-4 text-xs/5 text-ink-3">
      {info?.note && (
        <>
          {messages.newChat.starter(info.label, info.note)}{' '}
          <Link href="/settings/models" className="rounded-chip text-ink-2 underline underline-offset-2 hover:text-ink">
            {messages.newChat.better}
          </Link>
        </>
      )}
    </p>
  )
}
