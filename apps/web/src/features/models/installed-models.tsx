'use client'
import type { ModelInfo, SystemStatus } from '@reynard/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ChevronRight, Trash2 } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { formatBytes } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { showToast } from '../../lib/toast.ts'
import { modelExpectation, modelFacts } from './model-facts.ts'
import { ModelWindow } from './model-window.tsx'
import { useModels } from './use-models.ts'
import { useOperatorSettings } from './use-operator-settings.ts'

const text = messages.modelsPage

/** Every model that is here: what it is, its window, whether it is the default, and a way to remove it. */
export function InstalledModels({ status }: { status: SystemStatus }) {
  const models = useModels()
  if (models?.length === 0) return <p className="mt-2 text-sm text-ink-2">{messages.models.noModels}</p>
  return (
    <ul className="mt-2 border-b border-line" aria-busy={!models}>
      {models?.map((model) => (
        <InstalledModel
          key={`${model.engine}/${model.name}`}
          model={model}
          isDefault={model.name === status.defaultModel}
        />
      ))}
    </ul>
  )
}

function InstalledModel({ model, isDefault }: { model: ModelInfo; isDefault: boolean }) {
  const { update } = useOperatorSettings()
  const expectation = !model.loaded && model.loadMs !== null ? text.loadsIn(model.loadMs) : modelExpectation(model)
  return (
    <li className="border-t border-line">
      <Collapsible.Root>
        <Collapsible.Trigger className="group flex min-h-[52px] w-full items-center gap-3 rounded-control py-1.5 text-left hover:bg-hover">
          <ChevronRight
            size={14}
            strokeWidth={1.75}
            aria-hidden
            className="flex-none text-ink-3 transition-transform duration-120 group-data-[state=open]:rotate-90"
          />
          <span className="min-w-0 flex-1">
            <span className="flex flex-wrap items-center gap-x-2 text-md font-mid">
              <span className="[overflow-wrap:anywhere]">{model.label}</span>
              {isDefault && (
                <span className="rounded-control bg-selected px-2 text-xs/[22px] text-ink-2">{text.default}</span>
              )}
            </span>
            <span className="block text-xs text-ink-3">{modelFacts(model)}</span>
          </span>
          <span className="flex-none text-right text-xs text-ink-2">
            {model.sizeBytes !== null && <span className="block">{formatBytes(model.sizeBytes)}</span>}
            {expectation && <span className="block">{expectation}</span>}
          </span>
        </Collapsible.Trigger>
        <Collapsible.Content className="grid gap-4 pt-2 pb-5 pl-[26px]">
          <ModelWindow model={model} />
          <div className="flex flex-wrap gap-2">
            {!isDefault && (
              <Button size="sm" onClick={() => update({ defaultModel: model.name })}>
                {text.makeDefault}
              </Button>
            )}
            {model.engine !== 'openai' && <RemoveModel model={model} />}
          </div>
        </Collapsible.Content>
      </Collapsible.Root>
    </li>
  )
}

/** Asks first: a removed file cannot be had back but by downloading it. */
function RemoveModel({ model }: { model: ModelInfo }) {
  const [isAsking, setAsking] = useState(false)
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const remove = useMutation(
    trpc.admin.removeModel.mutationOptions({
      onSuccess: () => showToast(text.removed(model.label)),
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
      <Dialog open={isAsking} onOpenChange={setAsking} title={text.removeTitle(model.label)}>
        <p className="px-5 text-md text-ink-2">{text.removeBody}</p>
        <footer className="flex justify-end gap-2 px-5 pt-4 pb-5">
          <Button look="ghost" onClick={() => setAsking(false)}>
            {messages.common.cancel}
          </Button>
          <Button
            look="danger"
            onClick={() => {
              setAsking(false)
              remove.mutate({ engine: model.engine, name: model.name })
            }}
          >
            {text.remove}
          </Button>
        </footer>
      </Dialog>
    </>
  )
}
