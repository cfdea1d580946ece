'use client'
import { errorInfoOf } from '@reynard/client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Segments } from '../../components/segments.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { ScrollRegion } from './scroll-region.tsx'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages

/** What draws pages is large, and wanted only here. */
const PdfPages = lazy(async () => ({ default: (await import('./pdf-pages.tsx')).PdfPages }))

type DocumentViewProps = { conversationId: string; path: string }

/** An Office file as its text, a PDF as its pages too. */
export function DocumentView({ conversationId, path }: DocumentViewProps) {
  const [isText, setText] = useState(false)
  if (!path.toLowerCase().endsWith('.pdf')) return <DocumentText conversationId={conversationId} path={path} />
  return (
    <>
      <div className="flex-none px-4 pb-2">
        <Segments
          label={text.look}
          value={isText ? 'text' : 'pages'}
          options={[
            { value: 'pages', label: text.pages },
            { value: 'text', label: text.pageText },
          ]}
          onChange={(value) => setText(value === 'text')}
        />
      </div>
      {isText ? (
        <DocumentText conversationId={conversationId} path={path} />
      ) : (
        <Suspense fallback={<p className="px-4 pb-3 text-sm text-ink-3">{text.reading}</p>}>
          <PdfPages conversationId={conversationId} path={path} />
        </Suspense>
      )}
    </>
  )
}

/** The text of a PDF or an Office file by its pages, as the server reads it behind its walls. */
function DocumentText({ conversationId, path }: DocumentViewProps) {
  const trpc = useTRPC()
  const [from, setFrom] = useState(1)
  const { data, error, refetch } = useQuery({
    ...trpc.assistant.workspace.document.queryOptions({ conversationId, path, from }),
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (error && !data) {
    return (
      <div className="px-4 pb-3">
        <WorkspaceFailed why={errorInfoOf(error)?.message} onRetry={() => void refetch()} />
      </div>
    )
  }
  if (!data) return <p className="px-4 pb-3 text-sm text-ink-3">{text.reading}</p>
  const { unit, parts, total, cut } = data
  const first = parts[0]?.number ?? 1
  const last = parts.at(-1)?.number ?? first
  return (
    <>
      <ScrollRegion label={text.contentOf(plainText(path))}>
        {parts.map((part) => (
          <div key={part.number} className="not-first:mt-3 not-first:border-t not-first:border-line not-first:pt-3">
            <h4 className="text-xs text-ink-3">{plainText(text.partOf(unit, part.number, part.label))}</h4>
            <p dir="auto" className="mt-1 text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
              {part.text.trim() === '' ? text.noText : plainText(part.text)}
            </p>
          </div>
        ))}
        {parts.length === 0 && <p className="text-sm text-ink-3">{text.noText}</p>}
        {cut && <p className="mt-2 text-xs text-ink-3">{text.partCut}</p>}
      </ScrollRegion>
      <div className="flex flex-none flex-wrap items-center gap-2 border-t border-line px-4 py-1.5 text-xs text-ink-3">
        <span className="min-w-0 flex-1">
          {total > 0 && `${text.partsShown(unit, first, last, total)}. `}
          {text.asText}
        </span>
        {first > 1 && (
          <Button size="sm" look="ghost" onClick={() => setFrom(1)}>
            {text.fromStart}
          </Button>
        )}
        {last < total && (
          <Button size="sm" onClick={() => setFrom(last + 1)}>
            {text.nextParts}
          </Button>
        )}
      </div>
    </>
  )
}
