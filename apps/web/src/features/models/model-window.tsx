'use client'
import type { ModelInfo } from '@reynard/protocol'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { chatSettingsMessages } from '../../lib/messages-chat-settings.ts'
import { modelsPageMessages } from '../../lib/messages-settings.ts'
import { showToast } from '../../lib/toast.ts'
import { NumberField } from '../settings/number-field.tsx'

const text = modelsPageMessages

/** The window that a model runs with. Saved by a button, because a change reloads the model. */
export function ModelWindow({ model }: { model: ModelInfo }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const options = trpc.admin.modelSettings.queryOptions({ model: model.name })
  const saved = useQuery(options).data
  const [typed, setTyped] = useState<number | null | undefined>(undefined)
  const update = useMutation(
    trpc.admin.updateModelSettings.mutationOptions({
      onSuccess: (next) => {
        queryClient.setQueryData(options.queryKey, next)
        setTyped(undefined)
        void queryClient.invalidateQueries(trpc.chat.models.queryFilter())
        void queryClient.invalidateQueries(trpc.chat.defaults.queryFilter())
      },
      onError: (error) => showToast(error.message || messages.common.failed),
    }),
  )
  if (!saved) return null
  const value = typed === undefined ? saved.contextTokens : typed
  const isChanged = value !== saved.contextTokens
  return (
    <div className="grid max-w-[420px] gap-2">
      <NumberField
        label={text.window}
        help={
          model.contextTokensMax === null ? text.reloads : `${text.windowHelp(model.contextTokensMax)} ${text.reloads}`
        }
        unit={chatSettingsMessages.tokens}
        whole
        low={256}
        high={model.contextTokensMax ?? 4_194_304}
        value={value}
        fallback={model.contextTokens}
        onChange={setTyped}
      />
      {isChanged && (
        <div className="flex gap-2">
          <Button
            look="ink"
            size="sm"
            disabled={update.isPending}
            onClick={() => update.mutate({ ...saved, contextTokens: value })}
          >
            {text.saveAndReload}
          </Button>
          <Button look="ghost" size="sm" onClick={() => setTyped(undefined)}>
            {messages.common.cancel}
          </Button>
        </div>
      )}
    </div>
  )
}
