'use client'
import type { Person } from '@reynard/protocol'
import { useMutation } from '@tanstack/react-query'
import { Button } from '../../components/button.tsx'
import { Select } from '../../components/field.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { showToast } from '../../lib/toast.ts'
import { AskFirst } from './ask-first.tsx'
import { SecretBox } from './secret-box.tsx'
import { formatDate } from './words.ts'

type PersonRowProps = { person: Person; roles: readonly Person['role'][]; onChanged: () => void }

/** Somebody, and what whoever looks may do with them; of one's own account nothing but the role, which stands under Account. */
export function PersonRow({ person, roles, onChanged }: PersonRowProps) {
  const { userId, name, email, role, isSelf, manageable } = person
  const { people } = useTRPC().admin
  const onError = (error: { message: string }) => showToast(error.message)
  const setRole = useMutation(people.setRole.mutationOptions({ onError, onSettled: onChanged }))
  const signOut = useMutation(
    people.signOut.mutationOptions({ onError, onSuccess: () => showToast(text.endedAll(name)) }),
  )
  const reset = useMutation(people.resetLink.mutationOptions({ onError }))
  const remove = useMutation(
    people.remove.mutationOptions({ onError, onSuccess: () => showToast(text.removed(name)), onSettled: onChanged }),
  )
  return (
    <li className="grid gap-3 border-b border-line py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-40 flex-1">
          <p className="truncate text-sm font-mid">
            {name}
            {isSelf && <span className="font-normal text-ink-2"> · {text.you}</span>}
          </p>
          <p className="truncate text-xs text-ink-3">{email}</p>
        </div>
        {manageable && !isSelf ? (
          <>
            <Select
              aria-label={text.roleOf(name)}
              className="w-28"
              value={role}
              disabled={setRole.isPending}
              onChange={(event) => {
                const chosen = roles.find((one) => one === event.target.value)
                if (chosen) setRole.mutate({ userId, role: chosen })
              }}
            >
              {roles.map((one) => (
                <option key={one} value={one}>
                  {text.roles[one]}
                </option>
              ))}
            </Select>
            <Button size="sm" once aria-label={text.resetOne(name)} onClick={() => reset.mutate({ userId })}>
              {text.resetLink}
            </Button>
            <Button size="sm" once aria-label={text.endAllOf(name)} onClick={() => signOut.mutate({ userId })}>
              {text.endAll}
            </Button>
            <AskFirst
              label={text.removeOne(name)}
              question={text.removeSure(name)}
              verb={text.remove}
              onYes={() => remove.mutate({ userId })}
            />
          </>
        ) : (
          <span className="text-sm text-ink-2">{text.roles[role]}</span>
        )}
      </div>
      {reset.data && (
        <SecretBox
          label={text.link}
          help={text.resetMade(name, formatDate(reset.data.expiresAt))}
          value={`${location.origin}${reset.data.path}`}
        />
      )}
    </li>
  )
}
