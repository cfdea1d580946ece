'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { showToast } from '../../lib/toast.ts'
import { Section } from './page-body.tsx'
import { browserName, formatDate } from './words.ts'

/** Each browser in which one is signed in, and how to end it there. */
export function Sessions() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { data: sessions = [] } = useQuery(trpc.account.sessions.queryOptions())
  const end = useMutation(
    trpc.account.endSessions.mutationOptions({
      onError: (error) => showToast(error.message),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.account.sessions.queryKey() }),
    }),
  )
  return (
    <Section title={text.sessions}>
      <ul className="border-t border-line">
        {sessions.map(({ id, isCurrent, address, userAgent, createdAt }) => {
          const browser = browserName(userAgent)
          return (
            <li key={id} className="flex min-h-13 items-center gap-3 border-b border-line py-2">
              <div className="min-w-0 flex-1">
                <p className="truncate text-sm font-mid">
                  {browser}
                  {isCurrent && <span className="font-normal text-ink-2"> · {text.thisBrowser}</span>}
                </p>
                <p className="text-xs text-ink-3">{text.since(formatDate(createdAt), address)}</p>
              </div>
              {!isCurrent && (
                <Button size="sm" aria-label={text.endOne(browser)} once onClick={() => end.mutate({ id })}>
                  {text.end}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {sessions.length > 1 && (
        <Button className="justify-self-start" once onClick={() => end.mutate({ id: null })}>
          {text.endOthers}
        </Button>
      )}
    </Section>
  )
}
