'use client'
import type { ToolCall, ToolDisplay } from '@reynard/protocol'
import { Check } from 'lucide-react'
import { lazy, Suspense, useId, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { FoldButton } from '../../../components/fold-button.tsx'
import { chatMessages } from '../../../lib/messages-chat.ts'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { TrailRow } from '../trail-row.tsx'
import { useNow } from '../use-now.ts'
import { type CallWords, describeCall } from './describe-call.ts'
import { ToolBody } from './tool-body.tsx'
import { ToolIcon } from './tool-icon.tsx'

const CallChange = lazy(async () => ({ default: (await import('../../workspace/call-change.tsx')).CallChange }))
const PutBack = lazy(async () => ({ default: (await import('../../workspace/put-back.tsx')).PutBack }))

const text = toolMessages
/** By then a person may want it to end. */
const STOP_AFTER_MS = 3_000

type ToolRowProps = {
  call: ToolCall
  /** Who called it. */
  who: string
  /** Nothing is heard of it just now: its time stands still. */
  isCut: boolean
  onStop: () => void
  onAskAgain?: ((callId: string) => void) | undefined
  /** Its question stands under the chat. */
  isAsked?: boolean
  /** One that was made before it must end first. */
  isBehind?: boolean
}

/** One call in one line; what it was asked and what came of it below, open from the start where that is to be looked at. */
export function ToolRow({ call, who, isCut, onStop, onAskAgain, isAsked = false, isBehind = false }: ToolRowProps) {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const id = useId()
  const words = describeCall(call, who, { isAsked, isBehind })
  const isRunning = words.look === 'running'
  const canOpen = hasBody(call, words)
  const isOpen = canOpen && (chosen ?? (call.state === 'done' && isArtefact(call.display)))
  const head = <Head call={call} words={words} isCut={isCut} isWhole={!canOpen} />
  return (
    <div>
      <TrailRow
        icon={<ToolIcon call={call} look={words.look} isBad={words.isBad === true} />}
        isLive={isAsked || (isRunning && !isCut)}
      >
        {canOpen ? (
          <FoldButton
            isOpen={isOpen}
            controls={id}
            onToggle={setChosen}
            className="min-h-8 min-w-0 flex-1 gap-2.5 rounded-control touch:min-h-11"
          >
            {head}
          </FoldButton>
        ) : (
          <p className="flex min-h-8 min-w-0 flex-1 items-center gap-2.5">{head}</p>
        )}
        {isRunning && <Stop call={call} onStop={onStop} />}
        {words.look === 'expired' && onAskAgain && (
          <Button size="sm" onClick={() => onAskAgain(call.callId)}>
            {text.askAgain}
          </Button>
        )}
      </TrailRow>
      <div id={id} hidden={!isOpen}>
        {isOpen && <ToolBody call={call} />}
      </div>
      {call.changed && (isOpen || call.run?.effect === 'execute') && (
        <Suspense>
          <CallChange change={call.changed} isShown={showsChange(call)} />
        </Suspense>
      )}
      {!call.changed && call.display?.kind === 'text' && call.display.trashId && (
        <Suspense>
          <PutBack trashId={call.display.trashId} />
        </Suspense>
      )}
    </div>
  )
}

/** What is best looked at is shown at once. */
function isArtefact(display: ToolDisplay | null): boolean {
  switch (display?.kind) {
    case 'table':
    case 'diff':
    case 'diffs':
    case 'chart':
    case 'images':
    case 'tests':
      return true
    case 'terminal':
      return display.figures !== undefined && display.figures.length > 0
    default:
      return false
  }
}

/** The result of a call that changed one file is that change. */
const showsChange = ({ display, changed }: ToolCall) => display?.kind === 'diff' && changed?.total === 1

/** Something is there that the line does not say. */
function hasBody({ display, output, failure, arguments: values, decision }: ToolCall, { look }: CallWords): boolean {
  if (look === 'next') return false
  if (look === 'denied') return Boolean(decision?.note)
  if (look === 'expired' || look === 'off') return failure?.message.includes('\n') === true
  return display !== null || output !== '' || Object.keys(values).length > 0
}

/** `isWhole`: what does not fit goes on below, since nothing opens that says it. On a phone how it ended has a line of its own. */
function Head({ call, words, isCut, isWhole }: { call: ToolCall; words: CallWords; isCut: boolean; isWhole: boolean }) {
  const { title, detail, isCode, end } = words
  const since = runsSince(call)
  return (
    <span className="flex min-w-0 flex-1 items-center gap-x-2.5 max-sm:flex-wrap max-sm:py-1">
      <span
        className={`min-w-0 flex-1 [overflow-wrap:anywhere] ${isWhole ? 'py-1.5' : 'sm:truncate max-sm:line-clamp-3'}`}
      >
        <b>{title}</b> <span className={isCode ? 'ml-1 font-mono text-xs text-ink-3' : 'ml-1'}>{detail}</span>
      </span>
      {end !== null && (
        <span
          className={`flex flex-none items-center gap-1.5 text-xs max-sm:order-last max-sm:basis-full ${words.isBad ? 'text-danger' : words.look === 'done' ? 'text-success' : 'text-ink-3'}`}
        >
          {words.look === 'done' && !words.isBad && <Check size={14} strokeWidth={1.75} aria-hidden />}
          {end}
        </span>
      )}
      <span className="flex-none text-xs text-ink-3 tabular-nums">
        {words.look === 'running'
          ? since !== null && <Elapsed since={since} isCut={isCut} />
          : words.tookMs !== null && chatMessages.took(words.tookMs)}
      </span>
    </span>
  )
}

/** It runs, or the files before it are being kept. */
const runsSince = ({ startedAt, keepingSince }: ToolCall) => startedAt ?? keepingSince ?? null

function Elapsed({ since, isCut }: { since: number; isCut: boolean }) {
  const ms = useNow(!isCut) - since
  return ms < 1000 ? null : chatMessages.wholeSeconds(ms)
}

/** The whole answer is stopped: a model that was told to act can't be left without its result. */
function Stop({ call, onStop }: { call: ToolCall; onStop: () => void }) {
  const startedAt = runsSince(call)
  const now = useNow(startedAt !== null)
  if (startedAt === null || now - startedAt < STOP_AFTER_MS) return null
  return (
    <Button look="ghost" size="sm" onClick={onStop}>
      {text.stop}
    </Button>
  )
}
