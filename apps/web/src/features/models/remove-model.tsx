'use client'
import type { EngineKind } from '@reynard/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { modelsPageMessages } from '../../lib/messages-settings.ts'
import { showToast } from '../../lib/toast.ts'

const text = modelsPageMessages
type RemoveModelProps = { engine: EngineKind; name: string; label: string }

/** Asks first: a removed file cannot be had back but by downloading it. */
export function RemoveModel({ engine, name, label }: RemoveModelProps) {
  const [isAsking, setAsking] = useState(false)
  const trpc = useTRPC()
  const queryClient = useQueryClient()
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
    <>
      <Button look="danger" size="sm" onClick={() => setAsking(true)}>
        <Trash2 size={14} strokeWidth={1.75} aria-hidden />
        {text.remove}
      </Button>
      <Dialog open={isAsking} onOpenChange={setAsking} title={text.removeTitle(label)}>
        <p className="px-5 text-md text-ink-2">{text.removeBody}</p>
        <footer className="flex justify-end gap-2 px-5 pt-4 pb-5">
          <Button look="ghost" onClick={() => setAsking(false)}>
            {messages.common.cancel}
          </Button>
          <Button
            look="danger"
            onClick={() => {
              setAsking(false)
              remove.mutate({ engine, name })
            }}
          >
            {text.remove}
          </Button>
        </footer>
      </Dialog>
    </>
  )
}
