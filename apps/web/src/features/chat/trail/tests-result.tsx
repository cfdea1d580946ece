'use client'
import type { TestCase, ToolDisplay } from '@reynard/protocol'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { ScrollBox } from '../../../components/scroll-box.tsx'
import { testMessages } from '../../../lib/messages-tests.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { Artefact } from './artefact.tsx'
import { FailedTest } from './failed-test.tsx'
import { OtherTests } from './other-tests.tsx'

const text = testMessages
const FOLDED = 10

type TestsResultProps = Extract<ToolDisplay, { kind: 'tests' }>

/** Tests of a project: those that failed first, each with its words, the others in one line each way. */
export function TestsResult({ runner, cases, passed, failed, skipped, omitted }: TestsResultProps) {
  const [isOpen, setOpen] = useState(false)
  const inState = (state: TestCase['state']) => cases.filter((each) => each.state === state)
  const broken = inState('failed')
  const passedWords = failed > 0 ? text.othersPassed(passed) : text.allPassed(passed)
  return (
    <Artefact
      heading={
        <>
          <b className="flex-none">{plainText(runner)}</b>
          <span className="truncate">{text.claim}</span>
        </>
      }
    >
      <ScrollBox label={text.table(plainText(runner))}>
        <table className="w-full text-sm tabular-nums">
          <thead>
            <tr className="bg-hover text-left text-xs text-ink-3 [&>th]:px-3.5 [&>th]:py-1.5 [&>th]:font-mid">
              <th scope="col" className="w-1/2 min-w-40">
                {text.test}
              </th>
              <th scope="col" className="w-1/2 min-w-48">
                {text.happened}
              </th>
              <th scope="col" className="text-right!">
                {text.time}
              </th>
            </tr>
          </thead>
          <tbody>
            {broken.slice(0, isOpen ? undefined : FOLDED).map((test, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: tests keep their place, and two may have one name
              <FailedTest key={index} test={test} />
            ))}
            {skipped > 0 && (
              <OtherTests state="skipped" words={text.skippedCount(skipped)} tests={inState('skipped')} />
            )}
            {passed > 0 && <OtherTests state="passed" words={passedWords} tests={inState('passed')} />}
          </tbody>
        </table>
      </ScrollBox>
      {passed + failed + skipped === 0 && <p className="px-3.5 py-2 text-sm text-ink-3">{text.none}</p>}
      {broken.length > FOLDED && (
        <Button look="ghost" size="sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="m-1.5">
          {isOpen ? text.fewer : text.moreFailed(broken.length)}
        </Button>
      )}
      {omitted > 0 && <p className="border-t border-line px-3.5 py-1.5 text-xs text-ink-3">{text.omitted(omitted)}</p>}
    </Artefact>
  )
}
