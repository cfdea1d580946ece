'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { expectSignOut } from '../../lib/sign-in-again.ts'
import { showToast } from '../../lib/toast.ts'
import { ApiKeys } from './api-keys.tsx'
import { ChangePassword } from './change-password.tsx'
import { OwnName } from './own-name.tsx'
import { PageBody, Section } from './page-body.tsx'
import { sendAccount } from './send-account.ts'
import { Sessions } from './sessions.tsx'

/** One's own account; in local mode, what one is good for and how to make it. */
export function AccountScreen() {
  const trpc = useTRPC()
  const { data: me, error, refetch } = useQuery(trpc.account.me.queryOptions())
  return (
    <PageBody title={text.account} isBusy={!me && !error}>
      {error && (
        <p role="alert" className="grid justify-items-start gap-3 text-ink-2">
          {text.notLoaded}
          <Button onClick={() => void refetch()}>{messages.common.tryAgain}</Button>
        </p>
      )}
      {me?.mode === 'local' && (
        <div className="grid justify-items-start gap-4">
          <p className="max-w-[64ch] text-md text-ink-2">
            {text.teamHelp} {text.setUpLead}
          </p>
          <Button look="ink" asChild>
            {/* A page outside of this frame, and a new beginning after it. */}
            <Link href="/set-up">{text.setUp}</Link>
          </Button>
        </div>
      )}
      {me?.mode === 'team' && (
        <>
          <Section title={text.name} help={`${text.signedInAs(me.email ?? '')}. ${text.roles[me.role]}.`}>
            <OwnName name={me.name} />
            <Button className="justify-self-start" onClick={() => void signOut()}>
              {text.signOut}
            </Button>
          </Section>
          <Section title={text.password}>
            <ChangePassword />
          </Section>
          <Sessions />
          <ApiKeys />
        </>
      )}
    </PageBody>
  )
}

async function signOut() {
  // The server ends this page's socket before the answer is here.
  expectSignOut(true)
  const { problem } = await sendAccount('sign-out', {})
  if (!problem) return location.assign('/sign-in')
  expectSignOut(false)
  showToast(problem.message)
}
