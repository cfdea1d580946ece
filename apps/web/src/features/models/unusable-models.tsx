import type { UnusableModel } from '@reynard/protocol'
import { CircleAlert } from 'lucide-react'
import { modelsPageMessages } from '../../lib/messages-settings.ts'
import { RemoveModel } from './remove-model.tsx'

const text = modelsPageMessages

/** Files in the models folder that are no use as they are: which, why, what to do. Nothing where there are none. */
export function UnusableModels({ models }: { models: UnusableModel[] }) {
  if (models.length === 0) return null
  return (
    <section aria-label={text.unusable} className="mt-5">
      <h3 className="text-sm font-mid text-ink-2">{text.unusable}</h3>
      <ul className="mt-1.5 grid gap-3">
        {models.map((model) => (
          <li key={model.name} className="flex flex-wrap items-start gap-x-3 gap-y-1.5 text-sm">
            <UnusableModelText model={model} />
            {model.state === 'unusable' && <RemoveModel engine="embedded" name={model.name} label={model.name} />}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The name of a file and what is the matter with it. */
export function UnusableModelText({ model }: { model: UnusableModel }) {
  return (
    <span className="flex min-w-0 flex-1 gap-2">
      <span className="grid h-5 w-3.5 flex-none place-items-center">
        {model.state === 'arriving' ? (
          <span className="spinner" aria-hidden />
        ) : (
          <CircleAlert size={14} strokeWidth={1.75} className="text-warning" aria-hidden />
        )}
      </span>
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <b className="font-mid">{model.name}.gguf</b> <span className="text-ink-2">{model.problem}</span>
      </span>
    </span>
  )
}
