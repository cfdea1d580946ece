'use client'
import { errorInfoOf } from '@reynard/client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, Input, Select } from '../../components/field.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { showToast } from '../../lib/toast.ts'
import { AskFirst } from './ask-first.tsx'
import { Section } from './page-body.tsx'
import { SecretBox } from './secret-box.tsx'
import { formatDate } from './words.ts'

const SCOPES = ['read', 'chat', 'tools', 'admin'] as const
const DAYS = ['30', '90', '365', 'never'] as const
type Scope = (typeof SCOPES)[number]

/** Keys for programs: made, told once, looked over, revoked. */
export function ApiKeys() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { data: keys = [] } = useQuery(trpc.account.keys.list.queryOptions())
  const onSettled = () => queryClient.invalidateQueries({ queryKey: trpc.account.keys.list.queryKey() })
  const revoke = useMutation(
    trpc.account.keys.revoke.mutationOptions({ onError: (error) => showToast(error.message), onSettled }),
  )
  return (
    <Section title={text.keys} help={text.keysHelp}>
      <NewKey onMade={onSettled} />
      {keys.length === 0 && <p className="text-sm text-ink-2">{text.noKeys}</p>}
      <ul>
        {keys.map(({ id, name, prefix, scopes, expiresAt, lastUsedAt }) => (
          <li key={id} className="flex min-h-13 items-center gap-3 border-t border-line py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate text-sm font-mid">
                {name} <span className="font-mono font-normal text-ink-2">{prefix}…</span>
              </p>
              <p className="text-xs text-ink-3">
                {scopes.map((scope) => text.scopes[scope]).join(', ')}.{' '}
                {text.keyUse(dateOrNull(lastUsedAt), dateOrNull(expiresAt))}
              </p>
            </div>
            <AskFirst
              label={text.revokeOne(name)}
              question={text.revokeSure(name)}
              verb={text.revoke}
              onYes={() => revoke.mutate({ id })}
            />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const dateOrNull = (at: number | null) => (at === null ? null : formatDate(at))

function NewKey({ onMade }: { onMade: () => void }) {
  const trpc = useTRPC()
  const groupId = useId()
  const [name, setName] = useState('')
  const [days, setDays] = useState<(typeof DAYS)[number]>('90')
  const [scopes, setScopes] = useState<readonly Scope[]>(['read', 'chat'])
  const create = useMutation(
    trpc.account.keys.create.mutationOptions({
      onSuccess: () => {
        setName('')
        onMade()
      },
    }),
  )
  return (
    <form
      noValidate
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate({ name, scopes: [...scopes], days: days === 'never' ? null : Number(days) })
      }}
    >
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_180px]">
        <Field label={text.keyName} error={create.error && (errorInfoOf(create.error)?.message ?? text.failed)}>
          {(parts) => <Input {...parts} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={text.keyDays}>
          {(parts) => (
            <Select
              {...parts}
              value={days}
              onChange={(event) => setDays(DAYS.find((one) => one === event.target.value) ?? '90')}
            >
              {DAYS.map((one) => (
                <option key={one} value={one}>
                  {text.keyDayChoices[one]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <fieldset aria-labelledby={groupId} className="flex flex-wrap gap-x-5 gap-y-2">
        <legend id={groupId} className="mb-1.5 text-md font-mid">
          {text.keyScopes}
        </legend>
        {SCOPES.map((scope) => (
          <label key={scope} className="flex items-center gap-2 text-sm touch:min-h-11">
            <input
              type="checkbox"
              className="size-4 accent-ink"
              checked={scopes.includes(scope)}
              onChange={(event) =>
                setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
              }
            />
            {text.scopes[scope]}
          </label>
        ))}
      </fieldset>
      <Button type="submit" className="justify-self-start" disabled={create.isPending}>
        {text.createKey}
      </Button>
      {create.data && <SecretBox label={text.createKey} help={text.keyMade} value={create.data.key} />}
    </form>
  )
}
