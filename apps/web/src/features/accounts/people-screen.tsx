'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Select } from '../../components/field.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { showToast } from '../../lib/toast.ts'
import { AdminTopBar } from '../admin/admin-top-bar.tsx'
import { Section } from './page-body.tsx'
import { PersonRow } from './person-row.tsx'
import { SecretBox } from './secret-box.tsx'
import { formatDate } from './words.ts'

const ROLES = ['member', 'admin', 'owner'] as const
type Role = (typeof ROLES)[number]

/** Everybody who can sign in, and the invitations that wait. */
export function PeopleScreen() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { data: me } = useQuery(trpc.account.me.queryOptions())
  const { data, error, refetch } = useQuery(trpc.admin.people.list.queryOptions())
  const onSettled = () => queryClient.invalidateQueries({ queryKey: trpc.admin.people.pathKey() })
  const takeBack = useMutation(
    trpc.admin.people.takeBackInvite.mutationOptions({ onError: (failed) => showToast(failed.message), onSettled }),
  )
  const roles: readonly Role[] = me?.role === 'owner' ? ROLES : ['member']
  const isTeam = data?.people.some(({ email }) => email !== null) === true
  return (
    <>
      <AdminTopBar title={text.people} />
      <main
        data-region="main"
        aria-busy={!data && !error}
        className="min-h-0 flex-1 overflow-y-auto px-7 pt-5.5 pb-16 max-sm:px-4"
      >
        {error && (
          <EmptyState
            title={text.peopleRefused}
            action={<Button onClick={() => void refetch()}>{messages.common.tryAgain}</Button>}
          >
            {error.message}
          </EmptyState>
        )}
        {data && !isTeam && (
          <EmptyState
            title={text.nobodySignsIn}
            action={
              <Button asChild>
                <Link href="/settings/account">{text.toAccount}</Link>
              </Button>
            }
          >
            {text.nobodySignsInMore}
          </EmptyState>
        )}
        {data && isTeam && (
          <div className="grid max-w-[860px] grid-cols-[minmax(0,1fr)] gap-10">
            <Section title={text.everybody} help={text.roleHelp}>
              <ul className="border-t border-line">
                {data.people.map((person) => (
                  <PersonRow key={person.userId} person={person} roles={roles} onChanged={onSettled} />
                ))}
              </ul>
            </Section>
            <Section title={text.inviteAs}>
              <NewInvite roles={roles} onMade={onSettled} />
            </Section>
            {data.invites.length > 0 && (
              <Section title={text.openInvites}>
                <ul className="border-t border-line">
                  {data.invites.map(({ id, role, by, expiresAt }) => {
                    const row = text.inviteRow(text.roles[role], by, formatDate(expiresAt))
                    return (
                      <li key={id} className="flex min-h-10 items-center gap-3 border-b border-line py-1.5 text-sm">
                        <span className="min-w-0 flex-1">{row}</span>
                        {roles.includes(role) && (
                          <Button
                            size="sm"
                            once
                            aria-label={text.takeBackOne(row)}
                            onClick={() => takeBack.mutate({ id })}
                          >
                            {text.takeBack}
                          </Button>
                        )}
                      </li>
                    )
                  })}
                </ul>
              </Section>
            )}
          </div>
        )}
      </main>
    </>
  )
}

function NewInvite({ roles, onMade }: { roles: readonly Role[]; onMade: () => void }) {
  const trpc = useTRPC()
  const [role, setRole] = useState<Role>('member')
  const invite = useMutation(
    trpc.admin.people.invite.mutationOptions({ onError: (error) => showToast(error.message), onSuccess: onMade }),
  )
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <Select
          aria-label={text.inviteAs}
          className="w-40"
          value={role}
          onChange={(event) => setRole(roles.find((one) => one === event.target.value) ?? 'member')}
        >
          {roles.map((one) => (
            <option key={one} value={one}>
              {text.roles[one]}
            </option>
          ))}
        </Select>
        <Button look="ink" once disabled={invite.isPending} onClick={() => invite.mutate({ role })}>
          {text.invite}
        </Button>
      </div>
      {invite.data && (
        <SecretBox
          label={text.link}
          help={text.inviteMade(formatDate(invite.data.expiresAt))}
          value={`${location.origin}${invite.data.path}`}
        />
      )}
    </div>
  )
}
