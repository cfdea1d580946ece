'use client'
import type { ConsoleModel, ConsoleModels, SystemStatus } from '@reynard/protocol'
import { Download } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useRef, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { SearchField } from '../../../components/search-field.tsx'
import { useShortcut } from '../../../lib/keys.ts'
import { adminModelsMessages } from '../../../lib/messages-admin-models.ts'
import { DownloadCard } from '../../models/download-card.tsx'
import { GetModels } from '../../models/get-models.tsx'
import { UnusableModels } from '../../models/unusable-models.tsx'
import { useDownloads } from '../../models/use-downloads.ts'
import { useStatus } from '../../models/use-models.ts'
import { AdminTopBar } from '../admin-top-bar.tsx'
import { ModelDetails } from './model-details.tsx'
import { ModelTable } from './model-table.tsx'
import { useConsoleModels } from './use-model-console.ts'

const text = adminModelsMessages
const keyOf = ({ engine, name }: ConsoleModel) => `${engine}/${name}`

/** Every model on every engine, live: what is in memory, what comes, and what can be done with each. */
export function AdminModelsScreen() {
  const { all, problem } = useConsoleModels()
  const status = useStatus()
  const [isGetting, setGetting] = useState(false)
  const chosen = useSearchParams().get('model')
  const opened = all?.models.find((model) => keyOf(model) === chosen)
  const bytes = all?.models.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0) ?? 0
  return (
    <>
      <AdminTopBar
        title={text.title}
        beside={
          <span className="text-sm text-ink-3 tabular-nums max-sm:hidden">
            {all && text.onDisk(all.models.length, bytes, all.freeDiskBytes)}
          </span>
        }
      >
        <Button look="ink" onClick={() => setGetting(true)}>
          <Download size={14} strokeWidth={1.75} aria-hidden />
          {text.get}
        </Button>
      </AdminTopBar>
      <main
        data-region="main"
        aria-busy={all === undefined && problem === null}
        className="min-h-0 flex-1 overflow-y-auto px-7 pt-5.5 pb-16 max-sm:px-4"
      >
        {problem !== null ? (
          <EmptyState title={text.refused}>{problem}</EmptyState>
        ) : (
          all && status && <Listed all={all} status={status} />
        )}
      </main>
      <Dialog
        open={isGetting}
        onOpenChange={setGetting}
        title={text.getTitle}
        className="sm:w-[min(860px,calc(100vw-48px))]"
      >
        <div className="min-h-0 overflow-y-auto px-5 pb-6">{status && <GetModels status={status} look="ink" />}</div>
      </Dialog>
      <Dialog
        bare
        open={opened !== undefined}
        onOpenChange={() => choose(null)}
        place="panel"
        title={opened === undefined ? text.details : text.open(opened.label)}
      >
        {opened && <ModelDetails key={keyOf(opened)} model={opened} onClose={() => choose(null)} />}
      </Dialog>
    </>
  )
}

function Listed({ all, status }: { all: ConsoleModels; status: SystemStatus }) {
  const [query, setQuery] = useState('')
  const downloads = useDownloads()
  const fitting = all.models.filter((model) => fits(model, query))
  const places = [...new Set(fitting.map(({ where }) => where))]
  return (
    <div className="grid max-w-[1360px] grid-cols-[minmax(0,1fr)] gap-7">
      {downloads.downloads.map((download) => (
        <div key={download.id} className="rounded-card bg-panel px-4.5 pt-3 pb-3.5">
          <DownloadCard download={download} actions={downloads} />
        </div>
      ))}
      {all.models.length === 0 ? (
        <EmptyState title={text.empty}>{text.emptyMore}</EmptyState>
      ) : (
        <>
          <div className="-mb-6 flex flex-wrap items-center gap-x-6 gap-y-1.5">
            <h2 className="min-w-0 flex-1 text-md font-strong max-sm:basis-full">{places[0] && text.on(places[0])}</h2>
            <Filter query={query} onChange={setQuery} />
            {all.defaultModel.note !== null && <p className="basis-full text-sm text-ink-2">{all.defaultModel.note}</p>}
          </div>
          {fitting.length === 0 && (
            <EmptyState title={text.noneFits} action={<Button onClick={() => setQuery('')}>{text.clear}</Button>}>
              {text.noneFitsMore}
            </EmptyState>
          )}
          {places.map((where, index) => (
            <section key={where} aria-label={text.on(where)} className="min-w-0">
              {index > 0 && <h2 className="mb-1 text-md font-strong">{text.on(where)}</h2>}
              <ModelTable
                models={fitting.filter((model) => model.where === where)}
                defaultModel={all.defaultModel}
                onOpen={(model) => choose(keyOf(model))}
              />
            </section>
          ))}
        </>
      )}
      <UnusableModels models={status.unusableModels} />
      {all.engines
        .filter(({ problem }) => problem !== null)
        .map((engine) => (
          <p key={engine.kind} className="text-sm text-ink-2">
            {engine.problem}
          </p>
        ))}
    </div>
  )
}

function Filter({ query, onChange }: { query: string; onChange: (query: string) => void }) {
  const field = useRef<HTMLInputElement>(null)
  useShortcut('find-in-admin', () => field.current?.focus())
  return (
    <SearchField ref={field} label={text.filter} value={query} className="w-60 max-sm:w-full" onChange={onChange} />
  )
}

function fits(model: ConsoleModel, query: string): boolean {
  const words = query.trim().toLowerCase().split(/\s+/)
  const said = [model.name, model.label, model.family ?? '', ...model.capabilities.map((each) => text.capability[each])]
    .join(' ')
    .toLowerCase()
  return words.every((word) => said.includes(word))
}

/** The address names the model that is open: a reload opens it again, Back closes it. */
function choose(key: string | null) {
  const address = key === null ? '/admin/models' : `/admin/models?model=${encodeURIComponent(key)}`
  if (new URLSearchParams(location.search).has('model')) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
}
