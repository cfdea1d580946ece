'use client'
import type { RegisteredFolder } from '@reynard/protocol'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, Input } from '../../components/field.tsx'
import { projectMessages } from '../../lib/messages-projects.ts'
import { showToast } from '../../lib/toast.ts'
import { useProjectActions } from './use-projects.ts'

const text = projectMessages

/** What is typed and not registered: it outlives the form, which may be made anew while the page comes alive. */
let typed = ''

type RegisterFolderProps = { label?: string; onRegistered?: (folder: RegisteredFolder) => void }

/** A line to write the path of a folder into; emptied when it is registered. */
export function RegisterFolder({ label = text.add, onRegistered }: RegisterFolderProps) {
  const { register } = useProjectActions()
  const [path, setPathShown] = useState(typed)
  const form = useRef<HTMLFormElement>(null)
  const setPath = (next: string) => {
    typed = next
    setPathShown(next)
  }
  // Somebody may have typed into the page before its code was there.
  useEffect(() => {
    const there = form.current?.querySelector('input')?.value ?? ''
    if (there === '' || there === typed) return
    typed = there
    setPathShown(there)
  }, [])
  return (
    <form
      ref={form}
      className="grid grid-cols-1 items-end gap-2 sm:grid-cols-[minmax(0,1fr)_auto]"
      onSubmit={(event) => {
        event.preventDefault()
        if (path.trim() === '' || register.isPending) return
        register.mutate(
          { path: path.trim() },
          {
            onSuccess: (folder) => {
              setPath('')
              showToast(text.registered(folder.path))
              onRegistered?.(folder)
            },
          },
        )
      }}
    >
      <Field label={text.path} error={register.error?.message ?? null}>
        {(parts) => (
          <Input
            {...parts}
            autoComplete="off"
            spellCheck={false}
            placeholder="~/code/shop"
            value={path}
            onChange={(event) => {
              setPath(event.target.value)
              register.reset()
            }}
            className="font-mono"
          />
        )}
      </Field>
      <Button look="ink" type="submit" disabled={path.trim() === '' || register.isPending} className="self-end">
        {label}
      </Button>
    </form>
  )
}
