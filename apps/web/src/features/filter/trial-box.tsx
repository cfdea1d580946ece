'use client'
import type { FilterPlace, FilterTrial } from '@reynard/protocol'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, TextArea } from '../../components/field.tsx'
import { Segments } from '../../components/segments.tsx'
import { filterMessages as text } from '../../lib/messages-filter.ts'

const PLACES: readonly FilterPlace[] = ['input', 'output', 'tools']

type TrialBoxProps = {
  trial: FilterTrial | null
  isTrying: boolean
  onTry: (words: string, place: FilterPlace) => void
  onForget: () => void
}

/** What the rules would do to a text. */
export function TrialBox({ trial, isTrying, onTry, onForget }: TrialBoxProps) {
  const [words, setWords] = useState('')
  const [place, setPlace] = useState<FilterPlace>('output')
  return (
    <div className="grid gap-3">
      <Field label={text.trialText}>
        {(parts) => (
          <TextArea
            {...parts}
            spellCheck={false}
            maxLength={20_000}
            value={words}
            onChange={(event) => {
              setWords(event.target.value)
              onForget()
            }}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Segments
          label={text.trialPlace}
          value={place}
          options={PLACES.map((value) => ({ value, label: text.trialPlaces[value] }))}
          onChange={(next) => {
            setPlace(next)
            onForget()
          }}
        />
        <Button disabled={words === '' || isTrying} onClick={() => onTry(words, place)}>
          {text.trialRun}
        </Button>
      </div>
      <div role="status" className="grid gap-1.5 text-sm">
        {trial && <Result trial={trial} />}
      </div>
    </div>
  )
}

function Result({ trial }: { trial: FilterTrial }) {
  if (!trial.ok) return <p className="text-danger">{text.trialProblems}</p>
  if (trial.hits.length === 0 && trial.blockedBy === null) return <p>{text.trialNothing}</p>
  return (
    <>
      <p className="font-mid">
        {trial.blockedBy === null ? text.trialHits(trial.hits) : text.trialBlocked(trial.blockedBy)}
      </p>
      {trial.text !== '' && (
        <>
          <p className="text-xs text-ink-3">{text.trialResult}</p>
          <pre className="rounded-control bg-well p-3 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
            {trial.text}
          </pre>
        </>
      )}
    </>
  )
}
