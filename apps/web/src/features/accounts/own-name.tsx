'use client'
import { errorInfoOf } from '@reynard/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, Input } from '../../components/field.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { showToast } from '../../lib/toast.ts'

export function OwnName({ name }: { name: string }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [given, setGiven] = useState(name)
  const rename = useMutation(
    trpc.account.rename.mutationOptions({
      onSuccess: () => showToast(text.saved),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.account.me.queryKey() }),
    }),
  )
  return (
    <form
      noValidate
      className="grid max-w-[420px] gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        rename.mutate({ name: given })
      }}
    >
      <Field
        label={text.name}
        help={text.nameHelp}
        error={rename.error && (errorInfoOf(rename.error)?.message ?? text.failed)}
      >
        {(parts) => (
          <Input {...parts} value={given} autoComplete="name" onChange={(event) => setGiven(event.target.value)} />
        )}
      </Field>
      <Button type="submit" className="justify-self-start" disabled={rename.isPending || given === name}>
        {text.save}
      </Button>
    </form>
  )
}
