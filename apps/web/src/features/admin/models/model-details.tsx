'use client'
import type { ConsoleModel } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../../components/button.tsx'
import { Field, Select } from '../../../components/field.tsx'
import { useTRPC } from '../../../lib/client.tsx'
import { formatBytes, formatSpeed } from '../../../lib/format.ts'
import { messages } from '../../../lib/messages.ts'
import { adminModelsMessages } from '../../../lib/messages-admin-models.ts'
import { ModelUsesText } from '../../models/model-uses.tsx'
import { ModelWindow } from '../../models/model-window.tsx'
import { ModelState } from './model-state.tsx'
import { useModelActions } from './use-model-console.ts'

const text = adminModelsMessages
const STAYS = ['5m', '30m', '1h', '24h', '-1']

/** One model, opened: what it is, how long it stays, its window, who asks for it, its licence to read. */
export function ModelDetails({ model, onClose }: { model: ConsoleModel; onClose: () => void }) {
  const trpc = useTRPC()
  const { engine, name } = model
  const { data, error } = useQuery(trpc.admin.models.details.queryOptions({ engine, name }, { staleTime: 0 }))
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto bg-panel px-6 pt-3.5 pb-8 max-sm:px-4">
      <header>
        <div className="flex items-center gap-1 text-sm">
          <ModelState model={model} />
          <span className="flex-1" />
          <IconButton label={messages.common.close} onClick={onClose}>
            <X size={16} strokeWidth={1.75} aria-hidden />
          </IconButton>
        </div>
        <h2 className="mt-1 text-h3 font-strong tracking-h3 [overflow-wrap:anywhere]">{model.label}</h2>
        {model.problem !== null && <p className="mt-1 text-sm text-danger">{model.problem}</p>}
        <Facts model={model} />
      </header>
      {model.can.includes('load') && <KeepAlive model={model} />}
      {model.capabilities.includes('completion') && model.engine !== 'openai' && <ModelWindow model={model} />}
      <Part title={text.uses}>
        {data ? <ModelUsesText uses={data.uses} /> : <Waiting problem={error?.message ?? null} />}
      </Part>
      <Part title={text.license}>
        {data ? (
          data.license === null || data.license.trim() === '' ? (
            <p className="text-sm text-ink-2">{text.noLicense}</p>
          ) : (
            <Words label={text.license}>{data.license}</Words>
          )
        ) : (
          <Waiting problem={error?.message ?? null} />
        )}
      </Part>
      {data?.template && (
        <Part title={text.template}>
          <Words label={text.template} isCode>
            {data.template}
          </Words>
        </Part>
      )}
    </div>
  )
}

function Facts({ model }: { model: ConsoleModel }) {
  const facts: [string, string | null][] = [
    [text.where, model.where],
    [text.size, model.sizeBytes === null ? null : formatBytes(model.sizeBytes)],
    [text.family, model.family],
    [text.parameters, model.parameterSize],
    [text.quantization, model.quantization],
    [text.trained, model.contextTokensMax === null ? null : text.tokens(model.contextTokensMax)],
    [text.runsWith, model.contextTokens === null ? null : text.tokens(model.contextTokens)],
    [text.abilities, model.capabilities.map((capability) => text.capability[capability]).join(', ')],
    [text.speed, model.tokensPerSecond === null ? null : formatSpeed(model.tokensPerSecond)],
    [text.digest, model.digest === null ? null : model.digest.replace(/^sha256:/, '').slice(0, 12)],
  ]
  return (
    <dl className="mt-3.5 grid grid-cols-2 gap-x-4 gap-y-2.5 text-sm">
      {facts.flatMap(([label, value]) =>
        value === null || value === ''
          ? []
          : [
              <div key={label} className="min-w-0">
                <dt className="text-xs text-ink-3">{label}</dt>
                <dd className="[overflow-wrap:anywhere]">{value}</dd>
              </div>,
            ],
      )}
    </dl>
  )
}

function KeepAlive({ model }: { model: ConsoleModel }) {
  const { setKeepAlive } = useModelActions()
  const chosen = model.keepAlive
  const stays = chosen === null || STAYS.includes(chosen) ? STAYS : [chosen, ...STAYS]
  return (
    <Field label={text.keepAlive} help={text.keepAliveHelp}>
      {(parts) => (
        <Select
          {...parts}
          value={chosen ?? ''}
          onChange={({ target }) => setKeepAlive(model, target.value === '' ? null : target.value)}
        >
          <option value="">{text.asEngine}</option>
          {stays.map((stay) => (
            <option key={stay} value={stay}>
              {text.stay(stay)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <h3 className="text-md font-strong">{title}</h3>
      {children}
    </section>
  )
}

const Waiting = ({ problem }: { problem: string | null }) => (
  <p className="text-sm text-ink-3">{problem ?? text.asking}</p>
)

/** A text of somebody else's, to be read as it is. */
function Words({ label, isCode = false, children }: { label: string; isCode?: boolean; children: string }) {
  const reached = { role: 'group', tabIndex: 0, 'aria-label': label }
  return (
    <div
      {...reached}
      className={`max-h-72 overflow-y-auto rounded-card bg-well px-3 py-2.5 -outline-offset-2 whitespace-pre-wrap [overflow-wrap:anywhere] ${isCode ? 'font-mono text-xs' : 'text-sm'}`}
    >
      {children}
    </div>
  )
}
