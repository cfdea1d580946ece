'use client'
import { useEffect } from 'react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { messages } from '../../lib/messages.ts'

/** A page whose code failed. What runs, runs on the server. */
export function BrokenPage({ error, reset }: { error: Error; reset: () => void }) {
  useEffect(() => {
    console.error(error)
  }, [error])
  return (
    <main className="grid min-h-0 flex-1 place-items-center overflow-y-auto p-6">
      <title>{messages.shell.pageTitle(messages.errors.pageTitle)}</title>
      <EmptyState title={messages.errors.pageTitle} action={<Button onClick={reset}>{messages.errors.reload}</Button>}>
        {messages.errors.page}
      </EmptyState>
    </main>
  )
}
