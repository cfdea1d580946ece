'use client'
import type { Download, ModelInfo, SystemStatus } from '@reynard/protocol'
import { Command } from 'cmdk'
import { Check, FolderOpen, Search, Server } from 'lucide-react'
import Link from 'next/link'
import { Kbd } from '../../components/kbd.tsx'
import { messages } from '../../lib/messages.ts'
import { downloadState, groupModels, modelExpectation, modelFacts } from './model-facts.ts'
import { UnusableModelText } from './unusable-models.tsx'
import { useFreshModels, useStatus } from './use-models.ts'

const GROUP =
  '[&>[cmdk-group-heading]]:px-8 [&>[cmdk-group-heading]]:pt-3 [&>[cmdk-group-heading]]:pb-[3px] [&>[cmdk-group-heading]]:text-xs [&>[cmdk-group-heading]]:font-mid [&>[cmdk-group-heading]]:text-ink-3'
const ROW =
  'flex min-h-[46px] items-center gap-2 rounded-row px-2.5 py-1 data-[selected=true]:bg-selected aria-disabled:cursor-default'

/** The models page has room for all of them. */
const mostUnusable = 2

type ModelListProps = { chosen: string | null; onChoose: (model: string) => void; onClose: () => void }

/** Search, three groups, what each model is and what to expect of it. `chosen` carries the mark. */
export function ModelList({ chosen, onChoose, onClose }: ModelListProps) {
  const models = useFreshModels()
  const status = useStatus()
  const groups = groupModels(models ?? [], status)
  // Enter on the list as it opens changes nothing.
  const current = [...groups.ready, ...groups.loadsFirst].find((model) => model.name === chosen)
  return (
    <Command
      label={messages.models.list}
      loop
      defaultValue={current && rowValue(current)}
      className="flex min-h-0 flex-col"
    >
      <div className="flex h-11 flex-none items-center gap-2.5 border-b border-line pr-2.5 pl-3.5">
        <Search size={14} strokeWidth={1.75} className="text-ink-3" aria-hidden />
        <Command.Input
          autoFocus
          placeholder={messages.models.find}
          className="h-full min-w-0 flex-1 bg-transparent text-sm outline-none max-sm:text-lg"
        />
        <span className="touch:hidden">
          <Kbd shortcut="choose-model" />
        </span>
      </div>
      <Command.List
        label={messages.models.list}
        className="max-h-[min(420px,50dvh)] min-h-20 flex-1 overflow-y-auto overscroll-contain px-1.5 pb-1.5 outline-none"
      >
        <Command.Empty className="px-8 py-4 text-sm text-ink-2">
          {models?.length === 0 ? messages.models.noModels : messages.models.none}
        </Command.Empty>
        <Group heading={messages.models.ready} models={groups.ready} chosen={chosen} onChoose={onChoose} />
        <Group heading={messages.models.loadsFirst} models={groups.loadsFirst} chosen={chosen} onChoose={onChoose} />
        {groups.coming.length > 0 && (
          <Command.Group heading={messages.models.notHere} className={GROUP}>
            {groups.coming.map((download) => (
              <ComingRow key={download.id} download={download} />
            ))}
          </Command.Group>
        )}
      </Command.List>
      <Foot status={status} onClose={onClose} />
    </Command>
  )
}

/** Two engines may each have a model of that name. */
const rowValue = (model: ModelInfo) => `${model.engine}/${model.name}`

type GroupProps = {
  heading: string
  models: ModelInfo[]
  chosen: string | null
  onChoose: (model: string) => void
}
function Group({ heading, models, chosen, onChoose }: GroupProps) {
  if (models.length === 0) return null
  return (
    <Command.Group heading={heading} className={GROUP}>
      {models.map((model) => (
        <Command.Item
          key={rowValue(model)}
          value={rowValue(model)}
          keywords={[model.label, model.family ?? '']}
          onSelect={() => onChoose(model.name)}
          className={ROW}
        >
          <span className="w-3.5 flex-none">
            {model.name === chosen && <Check size={14} strokeWidth={1.75} aria-hidden />}
          </span>
          <span className="min-w-0 flex-1">
            <span className="block truncate font-mid">{model.label}</span>
            <span className="block text-xs text-ink-3">{modelFacts(model)}</span>
          </span>
          <span className="flex flex-none items-center gap-[7px] text-xs text-ink-2">
            {model.loaded && <span className="dot text-success" aria-hidden />}
            {modelExpectation(model)}
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  )
}

function ComingRow({ download }: { download: Download }) {
  return (
    <Command.Item value={`download/${download.id}`} keywords={[download.label]} disabled className={ROW}>
      <span className="w-3.5 flex-none" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-mid">{download.label}</span>
        <span className="block text-xs text-ink-3">{downloadState(download)}</span>
      </span>
      {download.etaMs !== null && (
        <span className="text-xs text-ink-2">{messages.downloads.timeLeft(download.etaMs)}</span>
      )}
    </Command.Item>
  )
}

/** Who answers, how much room it has, where files go, and the way to more. */
function Foot({ status, onClose }: { status: SystemStatus | undefined; onClose: () => void }) {
  const engine = status?.engines.find((entry) => entry.kind === status.active)
  return (
    <footer className="grid gap-1.5 border-t border-line px-3.5 py-2.5 text-xs text-ink-3">
      <span className="flex items-center gap-2">
        <Server size={14} strokeWidth={1.75} className="flex-none" aria-hidden />
        <span className="min-w-0 flex-1 truncate">
          {engine
            ? messages.models.slots(engine.label, status?.slots.free ?? 0, status?.slots.total ?? 0)
            : messages.engine.none}
        </span>
        <Link href="/settings/models" onClick={onClose} className="rounded-chip text-ink-2 underline hover:text-ink">
          {messages.models.get}
        </Link>
      </span>
      {status?.active === 'embedded' && (
        <span className="flex items-center gap-2" title={messages.models.folderHint}>
          <FolderOpen size={14} strokeWidth={1.75} className="flex-none" aria-hidden />
          <span className="sr-only">{messages.models.folder}: </span>
          <span className="min-w-0 truncate font-mono text-2xs">{status.modelsDir}</span>
        </span>
      )}
      {status?.active !== 'ollama' &&
        status?.unusableModels
          .slice(0, mostUnusable)
          .map((model) => <UnusableModelText key={model.name} model={model} />)}
    </footer>
  )
}
