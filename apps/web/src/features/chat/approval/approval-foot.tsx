'use client'
import type { RunView } from '@reynard/protocol'
import { lazy, type ReactNode, Suspense } from 'react'
import { messages } from '../../../lib/messages.ts'
import { useRun, useRunPart } from '../../../lib/run-store/use-run.ts'
import { useIsPhone } from '../../../lib/use-is-phone.ts'
import { useChat } from '../chat-context.ts'
import { waitingCalls } from './waiting-calls.ts'

const ApprovalCard = lazy(async () => ({ default: (await import('./approval-card.tsx')).ApprovalCard }))
const waits = (run: RunView) => run.phase === 'approval'

/** What stands under a chat: where one writes; on a phone, while the live answer waits for a yes, the question. */
export function ApprovalFoot({ live, children }: { live: RunView | null; children: ReactNode }) {
  const isWaiting = useRunPart(live, waits) === true
  return useIsPhone() && isWaiting && live ? <Sheet live={live} fallback={children} /> : children
}

function Sheet({ live, fallback }: { live: RunView; fallback: ReactNode }) {
  const { commands } = useChat()
  const run = useRun(live)
  const [call, ...others] = waitingCalls(run)
  if (!call) return fallback
  return (
    <Suspense fallback={fallback}>
      <div data-foot="" className="flex-none pb-[env(safe-area-inset-bottom)]">
        <ApprovalCard
          key={call.callId}
          call={call}
          who={run.assistant?.name ?? messages.common.appName}
          count={others.length + 1}
          isSheet
          onDecide={(decision) => commands.decide(run.runId, call.callId, decision)}
        />
      </div>
    </Suspense>
  )
}
