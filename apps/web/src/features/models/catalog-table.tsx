'use client'
import type { CatalogModel, Download } from '@reynard/protocol'
import { Download as DownloadIcon } from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { Fragment, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { formatBytes } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { firstRunMessages } from '../../lib/messages-first-run.ts'
import { DownloadCard } from './download-card.tsx'
import { isDownloadOf } from './model-facts.ts'
import type { useDownloads } from './use-downloads.ts'

const text = firstRunMessages
const FIT = { easily: 'text-success', fits: 'text-success', slow: 'text-warning', 'too-large': 'text-ink-3' } as const
const COLUMNS = 'sm:grid-cols-[16px_minmax(0,1fr)_76px_118px_92px]'

type CatalogTableProps = {
  catalog: CatalogModel[]
  downloads: ReturnType<typeof useDownloads>
  /** The one russet button of the view belongs to whoever has no model yet; elsewhere it is ink. */
  look: 'accent' | 'ink'
}

/** Models that can be fetched: size, licence, memory, fit, an estimate of speed. One is chosen, one button fetches it; how that goes stands in its place. */
export function CatalogTable({ catalog, downloads, look }: CatalogTableProps) {
  const rows = catalog.map((model) => ({
    model,
    download: downloads.downloads.find((download) => isDownloadOf(download, model)),
  }))
  const suggestion =
    catalog.find((model) => model.suggested && !model.installed) ?? catalog.find((model) => canFetch(model))
  const [picked, setPicked] = useState<string | null>(null)
  const isOutOfReach = (model: CatalogModel) => model.source === 'huggingface' && downloads.hubProblem !== null
  const chosen = catalog.find((model) => model.id === picked) ?? suggestion

  return (
    <div>
      <div aria-hidden className={`hidden gap-3 pb-1 text-xs font-mid text-ink-3 sm:grid ${COLUMNS}`}>
        <span className="col-span-2" />
        <span className="text-right">{text.size}</span>
        <span className="pl-3">{text.fitHead}</span>
        <span className="text-right">{text.speedHead}</span>
      </div>
      <RadioGroup.Root
        aria-label={text.model}
        value={chosen?.id ?? ''}
        onValueChange={setPicked}
        className="-mx-3.5 grid grid-cols-1"
      >
        {rows.map(({ model, download }) => (
          <Fragment key={model.id}>
            <CatalogRow model={model} download={download} />
            {model.id === chosen?.id && (
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-b-card bg-selected pt-1 pr-3.5 pb-3 pl-[42px]">
                {canFetch(model) && !download && isOutOfReach(model) && (
                  <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink">
                    {downloads.hubProblem} {text.hubHelp}
                    <Button size="sm" disabled={downloads.isAskingHub} onClick={downloads.askHub}>
                      {messages.common.tryAgain}
                    </Button>
                  </span>
                )}
                {canFetch(model) && !download && !isOutOfReach(model) && (
                  <Button look={look} size="sm" disabled={downloads.isStarting} onClick={() => downloads.start(model)}>
                    <DownloadIcon size={14} strokeWidth={1.75} aria-hidden />
                    {text.downloadSize(model.label, model.sizeBytes)}
                  </Button>
                )}
                <span className="text-xs text-ink-2">{text.facts(model.license, model.memoryBytes)}</span>
              </div>
            )}
            {download && (
              <div className="pt-1 pr-3.5 pb-3 pl-[42px]">
                <DownloadCard download={download} actions={downloads} />
              </div>
            )}
          </Fragment>
        ))}
      </RadioGroup.Root>
    </div>
  )
}

const canFetch = (model: CatalogModel) => !model.installed && model.fit !== 'too-large'

function CatalogRow({ model, download }: { model: CatalogModel; download: Download | undefined }) {
  const isFaint = model.fit === 'too-large'
  return (
    <RadioGroup.Item
      value={model.id}
      disabled={isFaint || model.installed}
      className={`group grid w-full grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 rounded-card px-3.5 py-[7px] text-left text-sm transition-colors duration-120 enabled:hover:bg-hover data-[state=checked]:rounded-b-none data-[state=checked]:bg-selected ${COLUMNS}`}
    >
      <span
        aria-hidden
        className="size-4 rounded-round inset-ring-[1.5px] inset-ring-line-control group-disabled:opacity-50 group-data-[state=checked]:inset-ring-[5px] group-data-[state=checked]:inset-ring-ink"
      />
      <span className="min-w-0">
        <span className={`flex flex-wrap items-center gap-x-2 text-md font-mid ${isFaint ? 'text-ink-3' : ''}`}>
          {model.label}
          {model.installed ? (
            <Chip>{text.here}</Chip>
          ) : download ? (
            <Chip>{messages.downloads.state[download.state]}</Chip>
          ) : (
            model.suggested && <Chip>{text.suggested}</Chip>
          )}
        </span>
        <span className={`block ${isFaint ? 'text-ink-3' : 'text-ink-2'}`}>{model.description}</span>
      </span>
      <span className={`text-right ${isFaint ? 'text-ink-3' : ''}`}>{formatBytes(model.sizeBytes)}</span>
      <span className={`max-sm:col-start-2 sm:pl-3 ${FIT[model.fit]}`}>{text.fit[model.fit]}</span>
      <span className="text-right text-ink-2">
        {model.tokensPerSecond !== null && !isFaint && (
          <>
            <span className="sr-only">{text.speedHead} </span>
            {text.speed(model.tokensPerSecond)}
          </>
        )}
      </span>
    </RadioGroup.Item>
  )
}

function Chip({ children }: { children: string }) {
  return (
    <span className="inline-flex h-[22px] items-center rounded-control bg-selected px-2 text-xs font-mid text-ink-2">
      {children}
    </span>
  )
}
