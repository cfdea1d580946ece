'use client'
import Link from 'next/link'
import { messages } from '../../lib/messages.ts'
import { isOllamaEmpty } from '../models/model-facts.ts'
import { useChatModel, useStatus } from '../models/use-models.ts'

const text = messages.newChat

/**
 * Says what the model is where it is not meant for work, and leads to better ones: into the Ollama that was started and has none yet, where
 * there is one. Keeps its line free, so that nothing moves.
 */
export function StarterNote() {
  const { info } = useChatModel(null)
  const status = useStatus()
  const isEmpty = status !== undefined && isOllamaEmpty(status)
  return (
    <p className="mt-2 min-h-5 px-4 text-xs/5 text-ink-3">
      {info && (isEmpty || info.note) && (
        <>
          {isEmpty ? text.ollamaEmpty(info.label) : info.note && text.starter(info.label, info.note)}{' '}
          <Link
            href={isEmpty ? '/welcome' : '/settings/models'}
            className="rounded-chip text-ink-2 underline underline-offset-2 hover:text-ink"
          >
            {isEmpty ? text.pull : text.better}
          </Link>
        </>
      )}
    </p>
  )
}
