'use client'
import type { ConsoleModel, ConsoleModels } from '@reynard/protocol'
import { TriangleAlert } from 'lucide-react'
import { formatBytes } from '../../../lib/format.ts'
import { adminModelsMessages } from '../../../lib/messages-admin-models.ts'
import { useNow } from '../../chat/use-now.ts'
import { ModelMenu } from './model-menu.tsx'
import { ModelState } from './model-state.tsx'

const text = adminModelsMessages
const HEAD = 'h-8 px-3 text-left text-xs font-mid whitespace-nowrap text-ink-3 first:pl-0 last:pr-0'
const CELL = 'h-[52px] px-3 whitespace-nowrap first:pl-0 last:pr-0'
const HOUR_MS = 3_600_000

type ModelTableProps = {
  models: readonly ConsoleModel[]
  defaultModel: ConsoleModels['defaultModel']
  onOpen: (model: ConsoleModel) => void
}

/** The models of one engine; on a phone three lines each. */
export function ModelTable({ models, defaultModel, onOpen }: ModelTableProps) {
  const now = useNow(true, HOUR_MS)
  const used = ({ isBusy, lastUsedAt }: ConsoleModel) =>
    isBusy ? text.now : lastUsedAt === null ? text.never : text.when(lastUsedAt, Math.max(now, lastUsedAt))
  const menu = (model: ConsoleModel) => (
    <ModelMenu model={model} defaultModel={defaultModel} onOpen={() => onOpen(model)} />
  )
  const title = (model: ConsoleModel) => (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2">
      <button
        type="button"
        data-row=""
        aria-label={text.open(model.label)}
        onClick={() => onOpen(model)}
        className="max-w-full min-w-0 truncate rounded-chip text-left text-sm font-mid underline-offset-3 hover:underline touch:min-h-6"
      >
        {model.label}
      </button>
      {model.name === defaultModel.name && (
        <span className="rounded-chip bg-selected px-1.5 text-xs/5 text-ink-2">{text.default}</span>
      )}
    </span>
  )
  return (
    <>
      <table className="w-full table-fixed border-collapse text-sm max-lg:hidden">
        <thead>
          <tr className="border-b border-line">
            <th className={HEAD}>{text.model}</th>
            <th className={`${HEAD} w-46`}>{text.state}</th>
            <th className={`${HEAD} w-22 text-right`}>{text.disk}</th>
            <th className={`${HEAD} w-20 text-right`}>{text.context}</th>
            <th className={`${HEAD} w-44 max-xl:hidden`}>{text.can}</th>
            <th className={`${HEAD} w-28 text-right max-xl:hidden`}>{text.lastUsed}</th>
            <th className={`${HEAD} w-32`}>
              <span className="sr-only">{text.actions}</span>
            </th>
          </tr>
        </thead>
        {models.map((model) => (
          <tbody key={model.name} className="border-b border-line last:border-b-0">
            <tr>
              <td className={CELL}>
                {title(model)}
                <span className="block truncate text-xs text-ink-3">{factsOf(model)}</span>
              </td>
              <td className={CELL}>
                <ModelState model={model} />
              </td>
              <td className={`${CELL} text-right tabular-nums`}>
                {model.sizeBytes === null ? text.none : formatBytes(model.sizeBytes)}
              </td>
              <td className={`${CELL} text-right tabular-nums`}>{windowOf(model)}</td>
              <td className={`${CELL} max-xl:hidden`}>
                <Abilities model={model} />
              </td>
              <td className={`${CELL} text-right max-xl:hidden`}>{used(model)}</td>
              <td className={CELL}>{menu(model)}</td>
            </tr>
            {model.problem !== null && (
              <tr>
                <td colSpan={7} className="pb-2.5">
                  <Problem text={model.problem} />
                </td>
              </tr>
            )}
          </tbody>
        ))}
      </table>
      <ul className="lg:hidden">
        {models.map((model) => (
          <li key={model.name} className="border-t border-line py-2">
            <div className="flex items-start gap-2">
              <span className="grid min-w-0 flex-1 gap-0.5">
                {title(model)}
                <span className="truncate text-xs text-ink-3">
                  {[factsOf(model), model.sizeBytes === null ? null : formatBytes(model.sizeBytes), windowOf(model)]
                    .filter((part) => part !== null && part !== '')
                    .join(', ')}
                </span>
                <span className="text-sm">
                  <ModelState model={model} />
                </span>
              </span>
              {menu(model)}
            </div>
            {model.problem !== null && <Problem text={model.problem} />}
          </li>
        ))}
      </ul>
    </>
  )
}

const factsOf = ({ family, parameterSize, quantization }: ConsoleModel) =>
  text.facts(family, parameterSize, quantization)
const windowOf = ({ contextTokensMax, contextTokens }: ConsoleModel) => {
  const tokens = contextTokensMax ?? contextTokens
  return tokens === null ? text.none : text.window(tokens)
}

/** What a model can do besides chatting. */
function Abilities({ model }: { model: ConsoleModel }) {
  const shown = model.capabilities.filter((capability) => capability !== 'completion' && capability !== 'insert')
  if (shown.length === 0) return <span className="text-ink-3">{text.none}</span>
  return (
    <span className="flex flex-wrap gap-1">
      {shown.map((capability) => (
        <span key={capability} className="rounded-chip bg-selected px-1.5 text-xs/5 text-ink-2">
          {text.capability[capability]}
        </span>
      ))}
    </span>
  )
}

function Problem({ text: words }: { text: string }) {
  return (
    <p role="status" className="flex gap-1.5 text-xs whitespace-normal text-danger">
      <TriangleAlert size={14} strokeWidth={1.75} className="mt-px flex-none" aria-hidden />
      <span className="[overflow-wrap:anywhere]">{words}</span>
    </p>
  )
}
