'use client'
import type { ModelInfo, SystemStatus } from '@reynard/protocol'
import { ChevronRight } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { Button } from '../../components/button.tsx'
import { formatBytes } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { modelsPageMessages } from '../../lib/messages-settings.ts'
import { useRole } from '../accounts/use-role.ts'
import { modelExpectation, modelFacts } from './model-facts.ts'
import { ModelWindow } from './model-window.tsx'
import { RemoveModel } from './remove-model.tsx'
import { UnusableModels } from './unusable-models.tsx'
import { useModels } from './use-models.ts'
import { useOperatorSettings } from './use-operator-settings.ts'

const text = modelsPageMessages

/** Every model that is here: what it is, its window, whether it is the default, and a way to remove it. */
export function InstalledModels({ status }: { status: SystemStatus }) {
  const models = useModels()
  return (
    <>
      {models?.length === 0 ? (
        <p className="mt-2 text-sm text-ink-2">{messages.models.noModels}</p>
      ) : (
        <ul className="mt-2 border-b border-line" aria-busy={!models}>
          {models?.map((model) => (
            <InstalledModel
              key={`${model.engine}/${model.name}`}
              model={model}
              isDefault={model.name === status.defaultModel}
            />
          ))}
        </ul>
      )}
      <UnusableModels models={status.unusableModels} />
    </>
  )
}

function InstalledModel({ model, isDefault }: { model: ModelInfo; isDefault: boolean }) {
  const { isAdmin } = useRole()
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
          {isAdmin ? (
            <ModelActions model={model} isDefault={isDefault} />
          ) : (
            <code className="font-mono text-sm [overflow-wrap:anywhere]">{model.name}</code>
          )}
        </Collapsible.Content>
      </Collapsible.Root>
    </li>
  )
}

/** What whoever runs the server does with a model. */
function ModelActions({ model, isDefault }: { model: ModelInfo; isDefault: boolean }) {
  const { view, update } = useOperatorSettings()
  const isDefaultFixed = view?.fromEnvironment.includes('defaultModel') ?? false
  return (
    <>
      <ModelWindow model={model} />
      <div className="flex flex-wrap gap-2">
        {!isDefault && !isDefaultFixed && (
          <Button size="sm" onClick={() => update({ defaultModel: model.name })}>
            {text.makeDefault}
          </Button>
        )}
        {model.engine !== 'openai' && <RemoveModel engine={model.engine} name={model.name} label={model.label} />}
      </div>
    </>
  )
}
