'use client'
import type { RunView } from '@reynard/protocol'
import { Markdown } from '../../../components/markdown/markdown.tsx'
import { messages } from '../../../lib/messages.ts'
import { useIsPhone } from '../../../lib/use-is-phone.ts'
import type { Decision } from '../approval/approval-card.tsx'
import { waitingCalls } from '../approval/waiting-calls.ts'
import { Reasoning } from '../reasoning.tsx'
import { ToolRow } from './tool-row.tsx'
import { trailPieces } from './trail-pieces.ts'
import { WaitingStep } from './waiting-step.tsx'

type TrailProps = {
  run: RunView
  /** What opens the first text anew where the generation before it was cut off in code. */
  reopened: string
  /** Out of reach: what can't be heard is not shown as if it were being written. */
  isCut: boolean
  onStop: () => void
  onDecide: (callId: string, decision: Decision) => Promise<boolean>
  /** Set where what nobody answered in time can be asked again. */
  onAskAgain?: (callId: string) => void
}

/** Thoughts, text and calls of one generation, in the order in which they came. */
export function Trail({ run, reopened, isCut, onStop, onDecide, onAskAgain }: TrailProps) {
  const who = run.assistant?.name ?? messages.common.appName
  const isWriting = run.phase === 'streaming' && !isCut
  const isBrokenOff = run.endReason !== 'done' && run.endReason !== 'tool-calls'
  const isPhone = useIsPhone()
  const [asks, ...others] = waitingCalls(run)
  const pieces = trailPieces(run)
  const firstText = pieces.find(({ kind }) => kind === 'text')?.key
  return pieces.map((piece, index) => {
    const gap = index === 0 ? '' : 'mt-2'
    switch (piece.kind) {
      case 'reasoning':
        return (
          <div key={piece.key} className={gap}>
            <Reasoning
              text={piece.text}
              isLive={piece.isLast && run.phase === 'thinking'}
              isCut={isCut}
              times={
                piece.isFirst ? { began: run.reasoningStartedAt ?? run.createdAt, ended: run.reasoningEndedAt } : null
              }
            />
          </div>
        )
      case 'text':
        return (
          <div key={piece.key} className={gap}>
            <Markdown
              text={piece.key === firstText ? reopened + piece.text : piece.text}
              isStreaming={piece.isLast && isWriting}
              isBrokenOff={piece.isLast && isBrokenOff}
            />
          </div>
        )
      default:
        return (
          <div key={piece.key} className={gap}>
            {asks?.callId === piece.call.callId && !isPhone ? (
              <WaitingStep
                call={asks}
                who={who}
                count={others.length + 1}
                onDecide={(decision) => onDecide(asks.callId, decision)}
              />
            ) : (
              <ToolRow
                call={piece.call}
                who={who}
                isCut={isCut}
                onStop={onStop}
                onAskAgain={onAskAgain}
                isAsked={asks?.callId === piece.call.callId}
                isBehind={piece.isBehind}
              />
            )}
          </div>
        )
    }
  })
}
