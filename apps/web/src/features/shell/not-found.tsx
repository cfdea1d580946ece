import Link from 'next/link'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { messages } from '../../lib/messages.ts'

/** A chat or an address that is not there, and the way on. */
export function NotFound() {
  return (
    <main className="grid min-h-0 flex-1 place-items-center overflow-y-auto p-6">
      <title>{messages.shell.pageTitle(messages.errors.notFoundTitle)}</title>
      <EmptyState
        title={messages.errors.notFoundTitle}
        action={
          <Button asChild>
            <Link href="/">{messages.errors.toNewChat}</Link>
          </Button>
        }
      >
        {messages.errors.notFound}
      </EmptyState>
    </main>
  )
}
