'use client'
import type { CommitAuthor } from '@reynard/protocol'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, Input } from '../../components/field.tsx'
import { projectMessages } from '../../lib/messages-projects.ts'
import { showToast } from '../../lib/toast.ts'
import { useProjectActions } from './use-projects.ts'

const text = projectMessages

/** Name and address of commits; both empty: Reynard's own. */
export function AuthorForm({ author }: { author: CommitAuthor | null }) {
  const { setAuthor } = useProjectActions()
  const [name, setName] = useState(author?.name ?? '')
  const [email, setEmail] = useState(author?.email ?? '')
  const isEmpty = name.trim() === '' && email.trim() === ''
  return (
    <form
      className="grid gap-3 sm:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault()
        setAuthor.mutate(
          { author: isEmpty ? null : { name: name.trim(), email: email.trim() } },
          { onSuccess: () => showToast(text.saved) },
        )
      }}
    >
      <Field label={text.authorName}>
        {(parts) => (
          <Input {...parts} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label={text.authorEmail} error={setAuthor.error?.message ?? null}>
        {(parts) => (
          <Input {...parts} autoComplete="email" value={email} onChange={(event) => setEmail(event.target.value)} />
        )}
      </Field>
      <Button type="submit" disabled={setAuthor.isPending} className="justify-self-start">
        {text.save}
      </Button>
    </form>
  )
}
