'use client'
import { Hand } from 'lucide-react'
import { type ComponentProps, lazy, Suspense } from 'react'
import type { ApprovalCard as Card } from '../approval/approval-card.tsx'
import { ICON, TrailRow } from '../trail-row.tsx'
import { describeCall } from './describe-call.ts'

/** Comes with the first question. */
const ApprovalCard = lazy(async () => ({ default: (await import('../approval/approval-card.tsx')).ApprovalCard }))

/** A call that waits, at its place on the trail. */
export function WaitingStep(props: ComponentProps<typeof Card>) {
  const hand = <Hand {...ICON} />
  const row = (
    <TrailRow icon={hand} isLive>
      <b>{describeCall(props.call, props.who).title}</b>
    </TrailRow>
  )
  return (
    <Suspense fallback={row}>
      <div className="relative my-1">
        <span className="absolute top-2.5 -left-9 grid h-6 w-[23px] place-items-center bg-canvas text-accent-ink">
          {hand}
        </span>
        <ApprovalCard {...props} />
      </div>
    </Suspense>
  )
}
