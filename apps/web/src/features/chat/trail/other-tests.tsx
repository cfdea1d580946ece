'use client'
import type { TestCase } from '@reynard/protocol'
import { ChevronRight, CircleCheck, CircleSlash } from 'lucide-react'
import { useState } from 'react'
import { formatDuration } from '../../../lib/format.ts'
import { testMessages } from '../../../lib/messages-tests.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { FoldedLines } from './folded-lines.tsx'

const text = testMessages
const MARKS = { passed: CircleCheck, skipped: CircleSlash } as const

type OtherTestsProps = { state: keyof typeof MARKS; words: string; tests: TestCase[] }

/** Tests of which nothing has to be said, in one line; their names are a click away. */
export function OtherTests({ state, words, tests }: OtherTestsProps) {
  const [isOpen, setOpen] = useState(false)
  const Mark = MARKS[state]
  const took = tests.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0)
  const names = tests.map(({ name, file }) => (file === null ? name : `${name}  ${file}`)).join('\n')
  return (
    <>
      <tr className="border-t border-line [&>td]:px-3.5 [&>td]:py-1.5">
        <td colSpan={2}>
          <button
            type="button"
            aria-expanded={isOpen}
            title={text.names}
            disabled={tests.length === 0}
            onClick={() => setOpen(!isOpen)}
            className="group flex items-center gap-2.5 rounded-control text-left touch:min-h-11"
          >
            <Mark
              size={14}
              strokeWidth={1.75}
              className={`flex-none ${state === 'passed' ? 'text-success' : 'text-ink-3'}`}
              aria-hidden
            />
            <span className="text-ink-2">{words}</span>
            <ChevronRight
              size={14}
              strokeWidth={1.75}
              aria-hidden
              className="flex-none text-ink-3 group-aria-expanded:rotate-90"
            />
          </button>
        </td>
        <td className="text-right whitespace-nowrap text-ink-3">{took > 0 ? formatDuration(took) : '–'}</td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={3} className="max-w-0 p-0">
            <FoldedLines source={plainText(names)} label={words} />
          </td>
        </tr>
      )}
    </>
  )
}
