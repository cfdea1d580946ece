import Link from 'next/link'
import type { ReactNode } from 'react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { messages } from '../../lib/messages.ts'

type NotFoundProps = { children?: string; action?: ReactNode }

/** A chat, or something else whose name is in the address, that is not there, and the way on. */
export function NotFound({ children = messages.errors.notFound, action }: NotFoundProps) {
  return (
    <main className="grid min-h-0 flex-1 place-items-center overflow-y-auto p-6">
      <title>{messages.shell.pageTitle(messages.errors.notFoundTitle)}</title>
      <EmptyState
        title={messages.errors.notFoundTitle}
        action={
          action ?? (
            <Button asChild>
              <Link href="/">{messages.errors.toNewChat}</Link>
            </Button>
          )
        }
      >
        {children}
      </EmptyState>
    </main>
  )
}
