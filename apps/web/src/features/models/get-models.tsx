'use client'
import type { EngineKind, SystemStatus } from '@reynard/protocol'
import { FolderOpen } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { firstRunMessages } from '../../lib/messages-first-run.ts'
import { modelsPageMessages } from '../../lib/messages-settings.ts'
import { CatalogTable } from './catalog-table.tsx'
import { DownloadCard } from './download-card.tsx'
import { EngineAddress } from './engine-address.tsx'
import { EngineChoice } from './engine-choice.tsx'
import { engineOf, isDownloadOf, isOllamaEmpty } from './model-facts.ts'
import { PullField } from './pull-field.tsx'
import { useDownloads } from './use-downloads.ts'
import { useOperatorSettings } from './use-operator-settings.ts'

const text = modelsPageMessages

type GetModelsProps = {
  status: SystemStatus
  look: 'accent' | 'ink'
  /** What is chosen until the person chooses; absent: the engine that answers. */
  first?: EngineKind | undefined
  /** The first run: the engine that is chosen here is the one that answers. Elsewhere one only looks at what it offers. */
  decides?: boolean
}

/**
 * Choose an engine, then a model for it. What is on its way stands beneath its row; what has none stands above the list, and what
 * is for another engine than the one looked at, above the choice. The first run and the models page are both made of it.
 */
export function GetModels({ status, look, first, decides = false }: GetModelsProps) {
  const [picked, setPicked] = useState<EngineKind | null>(null)
  const { view, update } = useOperatorSettings()
  const downloads = useDownloads()
  const kind = picked ?? first ?? status.active ?? 'embedded'
  const isReady = (wanted: EngineKind) =>
    status.engines.some((engine) => engine.kind === wanted && ['ready', 'no-model'].includes(engine.condition))

  function choose(next: EngineKind) {
    setPicked(next)
    if (!decides || next === status.active || !isReady(next)) return
    // The environment's word stands.
    if (view?.fromEnvironment.includes('engine')) return
    // "Ollama" is what Reynard does by itself: Ollama if it answers, else the embedded engine.
    update({ engine: next === 'ollama' ? 'auto' : next })
  }
  const source = kind === 'ollama' ? 'ollama' : 'huggingface'
  // What turns text into vectors cannot chat.
  const rows = downloads.catalog?.filter(
    (model) => model.source === source && model.capabilities.includes('completion'),
  )
  const isListed = kind !== 'openai' && (kind === 'embedded' || isReady('ollama'))
  const elsewhere = downloads.downloads.filter(
    (download) => !isListed || !rows?.some((model) => isDownloadOf(download, model)),
  )

  const own = elsewhere.filter((download) => engineOf(download) === kind)
  const others = elsewhere.filter((download) => engineOf(download) !== kind)

  return (
    <div>
      {others.length > 0 && (
        <div className="mb-[18px] grid grid-cols-1 gap-4">
          {others.map((download) => (
            <DownloadCard key={download.id} download={download} actions={downloads} />
          ))}
        </div>
      )}
      {!decides && (
        <p className="mb-3 text-sm text-ink-2">
          {text.lookOnly}{' '}
          <Link href="/admin/settings" className="underline underline-offset-3 hover:text-ink">
            {text.toSettings}
          </Link>
        </p>
      )}
      <EngineChoice status={status} value={kind} isTab={!decides} onChange={choose} />
      {kind !== 'embedded' && !isReady(kind) && <EngineAddress kind={kind} />}
      {kind === 'ollama' && isOllamaEmpty(status) && (
        <p className="mt-[18px] text-md text-ink-2">
          {firstRunMessages.ollamaEmpty(status.active === null ? null : status.defaultModelLabel)}
        </p>
      )}
      {own.length > 0 && (
        <div className="mt-[18px] grid grid-cols-1 gap-4">
          {own.map((download) => (
            <DownloadCard key={download.id} download={download} actions={downloads} />
          ))}
        </div>
      )}
      {isListed && (
        <div className="mt-[18px]">
          {downloads.catalogError && (
            <p className="flex items-center gap-3 text-sm text-ink-2">
              {firstRunMessages.catalogFailed}
              <Button size="sm" onClick={downloads.rereadCatalog}>
                {messages.common.tryAgain}
              </Button>
            </p>
          )}
          {rows && rows.length > 0 && (
            <CatalogTable catalog={rows} downloads={downloads} look={downloads.downloads.length > 0 ? 'ink' : look} />
          )}
          {kind === 'ollama' && <PullField onPull={downloads.pullByName} />}
        </div>
      )}
      {kind === 'embedded' && (
        <p className="mt-4 flex gap-2 text-xs text-ink-3">
          <FolderOpen size={14} strokeWidth={1.75} className="mt-px flex-none" aria-hidden />
          <span className="min-w-0 [overflow-wrap:anywhere]">{firstRunMessages.dropFile(status.modelsDir)}</span>
        </p>
      )}
    </div>
  )
}
