'use client'
import { errorInfoOf } from '@reynard/client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages

/** The text of a PDF or an Office file by its pages. The document itself never reaches this page: the server reads it behind its walls. */
export function DocumentView({ conversationId, path }: { conversationId: string; path: string }) {
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
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={text.contentOf(plainText(path))}
        className="min-h-0 flex-1 overflow-auto px-4 pb-4 -outline-offset-2"
      >
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
      </section>
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
