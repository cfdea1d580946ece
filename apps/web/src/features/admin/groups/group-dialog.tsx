'use client'
import type { Group } from '@reynard/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Field, Input } from '../../../components/field.tsx'
import { useTRPC } from '../../../lib/client.tsx'
import { groupMessages as text } from '../../../lib/messages-groups.ts'

type GroupDialogProps = { named: Group | 'new' | null; onClose: () => void }

/** The name of a group and what it is for: of a new one, or of one that is there. */
export function GroupDialog({ named, onClose }: GroupDialogProps) {
  const { groups } = useTRPC().admin
  const queryClient = useQueryClient()
  const before = named === 'new' || named === null ? null : named
  const [name, setName] = useState(before?.name ?? '')
  const [description, setDescription] = useState(before?.description ?? '')
  const options = {
    onSuccess: onClose,
    onSettled: () => queryClient.invalidateQueries({ queryKey: groups.pathKey() }),
  }
  const create = useMutation(groups.create.mutationOptions(options))
  const update = useMutation(groups.update.mutationOptions(options))
  const error = create.error ?? update.error
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (create.isPending || update.isPending) return
    if (before === null) create.mutate({ name, description })
    else update.mutate({ id: before.id, name, description })
  }
  return (
    <Dialog
      open={named !== null}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={before === null ? text.newGroup : text.changeOne(before.name)}
    >
      <form onSubmit={submit} className="grid gap-4 overflow-y-auto px-5 pb-5">
        <Field label={text.name} error={error?.message ?? null}>
          {(parts) => (
            <Input
              {...parts}
              ref={(field) => field?.focus()}
              required
              maxLength={60}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <Field label={text.description}>
          {(parts) => (
            <Input
              {...parts}
              maxLength={300}
              value={description}
              onChange={({ target }) => setDescription(target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" look="ink" disabled={name.trim() === ''}>
            {before === null ? text.create : text.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
