'use client'
import { errorInfoOf } from '@reynard/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { CheckField, Field, Input } from '../../components/field.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { showToast } from '../../lib/toast.ts'

const empty = { current: '', password: '', revokeKeys: false }

export function ChangePassword() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [given, setGiven] = useState(empty)
  const change = useMutation(
    trpc.account.changePassword.mutationOptions({
      onSuccess: ({ revoked }) => {
        setGiven(empty)
        showToast(text.passwordChanged(revoked))
      },
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries({ queryKey: trpc.account.sessions.queryKey() }),
          queryClient.invalidateQueries({ queryKey: trpc.account.keys.list.queryKey() }),
        ]),
    }),
  )
  const problem = change.error === null ? null : (errorInfoOf(change.error)?.message ?? text.failed)
  // The server names the field where it was the present one that is not right.
  const isCurrent = problem !== null && isAboutCurrent(errorInfoOf(change.error))
  return (
    <form
      noValidate
      className="grid max-w-[420px] gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate(given)
      }}
    >
      <Field label={text.currentPassword} error={isCurrent ? problem : null}>
        {(parts) => (
          <Input
            {...parts}
            type="password"
            autoComplete="current-password"
            value={given.current}
            onChange={(event) => setGiven({ ...given, current: event.target.value })}
          />
        )}
      </Field>
      <Field label={text.newPassword} help={text.passwordHelp} error={isCurrent ? null : problem}>
        {(parts) => (
          <Input
            {...parts}
            type="password"
            autoComplete="new-password"
            value={given.password}
            onChange={(event) => setGiven({ ...given, password: event.target.value })}
          />
        )}
      </Field>
      <CheckField
        label={text.revokeKeysToo}
        help={text.revokeKeysHelp}
        checked={given.revokeKeys}
        onChange={(event) => setGiven({ ...given, revokeKeys: event.target.checked })}
      />
      <Button type="submit" className="justify-self-start" disabled={change.isPending}>
        {text.changePassword}
      </Button>
    </form>
  )
}

function isAboutCurrent(info: object | null): boolean {
  if (info === null) return false
  if ('issues' in info && Array.isArray(info.issues)) return info.issues[0]?.path?.[0] === 'current'
  return 'details' in info && info.details instanceof Object && 'field' in info.details
}
