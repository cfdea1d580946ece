'use client'
import type { RunView } from '@reynard/protocol'
import { useEffect, useRef, useState } from 'react'
import { messages } from '../../lib/messages.ts'
import { approvalMessages } from '../../lib/messages-approval.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { useRunPart } from '../../lib/run-store/use-run.ts'
import { isModelUnderway } from '../models/model-facts.ts'
import { useModelLabel, useStatus } from '../models/use-models.ts'
import { useIsCut } from '../shell/use-is-cut.ts'
import { answerTokens } from './answer-tokens.ts'
import { waitingCalls } from './approval/waiting-calls.ts'
import { describeCall } from './trail/describe-call.ts'

const text = chatMessages

/** What a screen reader hears of a live answer: where it stands in the queue, that it is written, that it ended. No word of its text. */
export function Announcer({ run }: { run: RunView | null }) {
  const [said, setSaid] = useState('')
  // Out of reach, nothing of it is known: it is said anew when the connection stands again.
  const isCut = useIsCut()
  // The chat may be read again before the run's own end has come: it is listened to until there is another one.
  const [heard, setHeard] = useState(run)
  if (run && run !== heard) setHeard(run)
  return (
    <>
      <p role="status" className="sr-only">
        {isCut ? '' : said}
      </p>
      {heard && <Listener key={heard.runId} run={heard} onSay={setSaid} />}
      <p aria-live="assertive" className="sr-only">
        {heard && !isCut && <Question run={heard} />}
      </p>
    </>
  )
}

/** One short fact per state; the same string as long as nothing is worth saying anew. */
function factOf(run: RunView, model: string | null, isComing: boolean): string {
  if (run.phase === 'queued' && run.queue?.place === 'model')
    return isComing ? text.waitsForModel : text.waitsForAnyModel
  if (run.phase === 'queued' && run.queue) return text.queued(run.queue.position)
  if (run.phase === 'loading' && run.loading) return text.loading(model ?? run.loading.model)
  if (run.phase === 'thinking' || run.phase === 'streaming')
    return messages.assistants.isWriting(run.assistant?.name ?? model ?? messages.assistants.theModel)
  if (run.phase === 'acting') return actionOf(run)
  if (run.phase !== 'ended') return ''
  if (run.endReason === 'done' || run.endReason === 'tool-calls' || run.endReason === null) {
    return text.announceDone(answerTokens(run).written)
  }
  return run.endReason === 'failed' && run.error ? run.error.message : text.announceEnded[run.endReason]
}

/** What was begun last. */
function actionOf({ toolCalls, assistant }: RunView): string {
  const call = toolCalls.findLast(({ state }) => state === 'running')
  return call ? describeCall(call, assistant?.name ?? messages.common.appName).title : ''
}

function questionOf(run: RunView): string {
  const [call, ...others] = waitingCalls(run)
  if (!call) return ''
  const { title } = describeCall(call, run.assistant?.name ?? messages.common.appName)
  return approvalMessages.announce(title, others.length)
}

/** What waits for a yes is said at once, over everything else. */
function Question({ run }: { run: RunView }) {
  return useRunPart(run, questionOf)
}

const modelOf = (run: RunView) => run.loading?.model ?? run.model

function Listener({ run, onSay }: { run: RunView; onSay: (text: string) => void }) {
  const model = useModelLabel(useRunPart(run, modelOf))
  const status = useStatus()
  const isComing = status === undefined || isModelUnderway(status)
  const fact = useRunPart(run, (view) => factOf(view, model, isComing))
  const before = useRef('')
  useEffect(() => {
    if (fact === '' || fact === before.current) return
    before.current = fact
    onSay(fact)
  }, [fact, onSay])
  return null
}
