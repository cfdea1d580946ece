'use client'
import type { TestCase } from '@reynard/protocol'
import { ChevronRight, CircleX } from 'lucide-react'
import { useState } from 'react'
import { formatDuration } from '../../../lib/format.ts'
import { testMessages } from '../../../lib/messages-tests.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { FoldedLines } from './folded-lines.tsx'

const text = testMessages
const MOST_SHOWN = 200
/** Where JavaScript begins to say by which way it came there. */
const STACK = /\n\s+(?:at|❯) /

/** A test that failed: what it says in one line, and all of it below where there is more. */
export function FailedTest({ test: { name, file, message, durationMs } }: { test: TestCase }) {
  const [isOpen, setOpen] = useState(false)
  const said = plainText(message ?? '').trim()
  const [reason = ''] = said.split(STACK, 1)
  const line = reason.trim().replaceAll(/\s+/g, ' ').slice(0, MOST_SHOWN)
  const words = line === '' ? text.noMessage : line
  const hasMore = said.includes('\n') || said.length > MOST_SHOWN
  return (
    <>
      <tr className="border-t border-line align-top [&>td]:px-3.5 [&>td]:py-2">
        <td>
          <span className="flex gap-2.5">
            <CircleX
              size={14}
              strokeWidth={1.75}
              className="mt-[3px] flex-none text-danger"
              role="img"
              aria-label={text.failed}
            />
            <span className="min-w-0">
              <span dir="auto" className="block font-mid text-ink [overflow-wrap:anywhere]">
                {plainText(name)}
              </span>
              {file && <span className="font-mono text-xs [overflow-wrap:anywhere] text-ink-3">{plainText(file)}</span>}
            </span>
          </span>
        </td>
        <td className="text-ink-2">
          {hasMore ? (
            <button
              type="button"
              aria-expanded={isOpen}
              aria-label={`${words}. ${text.more(plainText(name))}`}
              onClick={() => setOpen(!isOpen)}
              className="group flex gap-1.5 rounded-control text-left touch:min-h-11"
            >
              <span className="line-clamp-2 [overflow-wrap:anywhere]">{words}</span>
              <ChevronRight
                size={14}
                strokeWidth={1.75}
                aria-hidden
                className="mt-[3px] flex-none text-ink-3 group-aria-expanded:rotate-90"
              />
            </button>
          ) : (
            <span className="[overflow-wrap:anywhere]">{words}</span>
          )}
        </td>
        <td className="text-right whitespace-nowrap text-ink-3">
          {durationMs === null ? '–' : formatDuration(durationMs)}
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={3} className="max-w-0 p-0">
            <FoldedLines source={said} label={text.more(plainText(name))} />
          </td>
        </tr>
      )}
    </>
  )
}
