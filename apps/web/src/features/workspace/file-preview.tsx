'use client'
import { errorInfoOf } from '@reynard/client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Markdown } from '../../components/markdown/markdown.tsx'
import { Segments } from '../../components/segments.tsx'
import { WorkspaceImage } from '../../components/workspace-image.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { CodeView } from './code-view.tsx'
import { CsvView } from './csv-view.tsx'
import { DocumentView } from './document-view.tsx'
import { isTabSeparated, kindOfFile, languageOf } from './kind-of-file.ts'
import { ScrollRegion } from './scroll-region.tsx'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages
const PART = 256 << 10

type FilePreviewProps = { conversationId: string; path: string }

/** What is in a file, as it is best looked at. Nothing of it is run, and no part of it is ever a document of this page. */
export function FilePreview({ conversationId, path }: FilePreviewProps) {
  const kind = kindOfFile(path)
  if (kind === 'image') return <ImageView conversationId={conversationId} path={path} />
  if (kind === 'document') return <DocumentView conversationId={conversationId} path={path} />
  return <TextView conversationId={conversationId} path={path} />
}

function ImageView({ conversationId, path }: FilePreviewProps) {
  const trpc = useTRPC()
  // It says when the file has become another one.
  const { data } = useQuery(trpc.assistant.workspace.preview.queryOptions({ conversationId, path, bytes: 1 }))
  return (
    <div className="min-h-0 flex-1 overflow-auto px-4 pb-4">
      <WorkspaceImage
        conversationId={conversationId}
        path={path}
        alt={text.contentOf(plainText(path))}
        version={data?.modifiedMs ?? 0}
        className="rounded-card"
      />
    </div>
  )
}

function TextView({ conversationId, path }: FilePreviewProps) {
  const trpc = useTRPC()
  const kind = kindOfFile(path)
  const [from, setFrom] = useState(0)
  const [isSource, setSource] = useState(false)
  const { data, error, refetch } = useQuery({
    ...trpc.assistant.workspace.preview.queryOptions({ conversationId, path, from, bytes: PART }),
    placeholderData: keepPreviousData,
  })
  if (error && !data) {
    const isGone = errorInfoOf(error)?.code === 'not-found'
    return (
      <div className="px-4 pb-3">
        {isGone ? (
          <p className="text-sm text-ink-2">{text.gone}</p>
        ) : (
          <WorkspaceFailed why={errorInfoOf(error)?.message} onRetry={() => void refetch()} />
        )}
      </div>
    )
  }
  if (!data) return <p className="px-4 pb-3 text-sm text-ink-3">{text.loading}</p>
  if (data.kind === 'binary') return <p className="px-4 pb-3 text-sm text-ink-2">{text.binary}</p>
  if (data.totalBytes === 0) return <p className="px-4 pb-3 text-sm text-ink-3">{text.emptyFile}</p>
  const isShaped = (kind === 'markdown' || kind === 'table') && !isSource
  const isPart = data.from > 0 || data.to < data.totalBytes
  return (
    <>
      {(kind === 'markdown' || kind === 'table') && (
        <div className="flex-none px-4 pb-2">
          <Segments
            label={text.look}
            value={isSource ? 'source' : 'preview'}
            options={[
              { value: 'preview', label: text.rendered },
              { value: 'source', label: text.source },
            ]}
            onChange={(value) => setSource(value === 'source')}
          />
        </div>
      )}
      <ScrollRegion label={text.contentOf(plainText(path))} isPadded={false}>
        {isShaped && kind === 'markdown' && (
          <div className="px-4 pb-4 text-md">
            <Markdown text={data.text} />
          </div>
        )}
        {isShaped && kind === 'table' && (
          <CsvView source={data.text} name={path} isTabs={isTabSeparated(path)} isCut={isPart} />
        )}
        {!isShaped && <CodeView source={data.text} language={languageOf(path)} isFirst={data.from === 0} />}
      </ScrollRegion>
      {isPart && (
        <div className="flex flex-none flex-wrap items-center gap-2 border-t border-line px-4 py-1.5 text-xs text-ink-3">
          <span className="min-w-0 flex-1">{text.part(data.from + 1, data.to, data.totalBytes)}</span>
          {data.from > 0 && (
            <Button size="sm" look="ghost" onClick={() => setFrom(0)}>
              {text.firstPart}
            </Button>
          )}
          {data.to < data.totalBytes && (
            <Button size="sm" onClick={() => setFrom(data.to)}>
              {text.nextPart}
            </Button>
          )}
        </div>
      )}
    </>
  )
}
