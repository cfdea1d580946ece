'use client'
import type { ToolDisplay } from '@reynard/protocol'
import { ExternalLink, MessageSquare } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { formatWhen } from '../../../lib/format.ts'
import { sourceMessages } from '../../../lib/messages-sources.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { openHit } from '../opened-hits.ts'
import { useNow } from '../use-now.ts'
import { addressOf, placeOf, type Source } from './source-address.ts'

const text = sourceMessages
const FOLDED = 5
const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true, className: 'mt-[3px] flex-none text-ink-3' } as const

type SourcesResultProps = Extract<ToolDisplay, { kind: 'sources' }> & {
  /** What was looked for. */
  words: string
}

/** Pages and messages that were found, each with where it leads written out: nothing is fetched before somebody follows it. */
export function SourcesResult({ sources, words }: SourcesResultProps) {
  const [isOpen, setOpen] = useState(false)
  if (sources.length === 0) return <p className="text-sm text-ink-3">{text.none}</p>
  return (
    <div>
      <ol aria-label={text.list(sources.length)} className="grid gap-2.5 text-sm">
        {sources.slice(0, isOpen ? undefined : FOLDED).map((source, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sources keep their place, and two may be one page
          <SourceItem key={index} source={source} words={words} />
        ))}
      </ol>
      {sources.length > FOLDED && (
        <Button look="ghost" size="sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="mt-1.5">
          {isOpen ? text.fewer : text.more(sources.length)}
        </Button>
      )}
    </div>
  )
}

function SourceItem({ source, words }: { source: Source; words: string }) {
  const title = plainText(source.title)
  const address = addressOf(source)
  const place = placeOf(source, words)
  const look = 'font-mid text-ink underline decoration-line-control underline-offset-2 hover:decoration-current'
  return (
    <li className="flex min-w-0 gap-2">
      {place ? <MessageSquare {...ICON} /> : <ExternalLink {...ICON} />}
      <div className="min-w-0">
        <p className="[overflow-wrap:anywhere]">
          {place ? (
            <Link
              href={place}
              onClick={() => source.messageId !== undefined && openHit(source.messageId)}
              className={look}
            >
              {title}
            </Link>
          ) : address ? (
            <a href={address.href} target="_blank" rel="noopener noreferrer nofollow" className={look}>
              {title}
              <span className="sr-only"> ({text.newTab})</span>
            </a>
          ) : (
            <b className="font-mid">{title}</b>
          )}
          {source.at !== undefined && <Day at={source.at} />}
        </p>
        {address && (
          <p className="text-xs [overflow-wrap:anywhere] text-ink-3">
            <span className="text-ink-2">{address.host}</span>
            {address.rest}
          </p>
        )}
        {source.snippet !== '' && (
          <p dir="auto" className="line-clamp-3 [overflow-wrap:anywhere] text-ink-2">
            {plainText(source.snippet)}
          </p>
        )}
      </div>
    </li>
  )
}

function Day({ at }: { at: number }) {
  return <span className="ml-2 text-xs text-ink-3">{formatWhen(at, useNow(false))}</span>
}
