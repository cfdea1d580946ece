'use client'
import type { EngineKind } from '@reynard/protocol'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { adminModelsMessages } from '../../lib/messages-admin-models.ts'
import { modelsPageMessages } from '../../lib/messages-settings.ts'
import { showToast } from '../../lib/toast.ts'
import { ModelUsesText } from './model-uses.tsx'

const text = modelsPageMessages
type RemoveModelProps = { engine: EngineKind; name: string; label: string }

/** Asks first: a removed file cannot be had back but by downloading it. */
export function RemoveModel(model: RemoveModelProps) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button look="danger" size="sm" onClick={() => setAsking(true)}>
        <Trash2 size={14} strokeWidth={1.75} aria-hidden />
        {text.remove}
      </Button>
      <RemoveModelDialog {...model} open={isAsking} onOpenChange={setAsking} />
    </>
  )
}

type DialogProps = RemoveModelProps & { open: boolean; onOpenChange: (open: boolean) => void }

/** The question, with who asks for the model by its name. */
export function RemoveModelDialog({ engine, name, label, open, onOpenChange }: DialogProps) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  // A file that is no model has nobody, and is not known there.
  const details = useQuery(
    trpc.admin.models.details.queryOptions({ engine, name }, { enabled: open, retry: false, staleTime: 0 }),
  )
  const uses = details.data?.uses
  const isUsed = uses !== undefined && (uses.isDefault || uses.assistants.length > 0 || uses.chats > 0)
  const remove = useMutation(
    trpc.admin.removeModel.mutationOptions({
      onSuccess: () => showToast(text.removed(label)),
      onError: (error) => showToast(error.message || messages.common.failed),
      onSettled: () => {
        void queryClient.invalidateQueries(trpc.chat.models.queryFilter())
        void queryClient.invalidateQueries(trpc.admin.catalog.queryFilter())
      },
    }),
  )
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={text.removeTitle(label)}>
      <div className="grid gap-3 overflow-y-auto px-5">
        <p className="text-md text-ink-2">{text.removeBody}</p>
        {isUsed && (
          <div className="grid gap-1.5">
            <h3 className="text-sm font-mid">{adminModelsMessages.uses}</h3>
            <ModelUsesText uses={uses} />
            <p className="text-sm text-ink-2">{adminModelsMessages.afterwards}</p>
          </div>
        )}
      </div>
      <footer className="flex justify-end gap-2 px-5 pt-4 pb-5">
        <Button look="ghost" onClick={() => onOpenChange(false)}>
          {messages.common.cancel}
        </Button>
        <Button
          look="danger"
          onClick={() => {
            onOpenChange(false)
            remove.mutate({ engine, name })
          }}
        >
          {text.remove}
        </Button>
      </footer>
    </Dialog>
  )
}
