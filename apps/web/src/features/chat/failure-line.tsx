'use client'
import { CircleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import type { SendFailure } from './send-failure.ts'

const text = messages.composer

/** Why the text is still here, and the way to send it; none for a text that has to be another first. The seconds run in the button only: the sentence is announced once. */
export function FailureLine({ failure, onRetry }: { failure: SendFailure; onRetry: () => void }) {
  const seconds = useSecondsUntil(failure.retryAt)
  return (
    <div className="flex items-center gap-2 py-1 pr-2 pl-4">
      <p role="alert" className="flex min-w-0 flex-1 items-center gap-1.5 text-xs text-danger">
        <CircleAlert size={14} strokeWidth={1.75} className="flex-none" aria-hidden />
        <span className="min-w-0 [overflow-wrap:anywhere]">{failure.message}</span>
      </p>
      {!failure.isFinal && (
        <Button size="sm" disabled={seconds > 0} onClick={onRetry} className="tabular-nums">
          {seconds > 0 ? text.tryAgainIn(seconds) : messages.common.tryAgain}
        </Button>
      )}
    </div>
  )
}

/** Whole seconds until a moment in UTC milliseconds, 0 from then on. */
function useSecondsUntil(at: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    setNow(Date.now())
    if (at === null) return
    const timer = setInterval(() => {
      setNow(Date.now())
      if (Date.now() >= at) clearInterval(timer)
    }, 250)
    return () => clearInterval(timer)
  }, [at])
  return at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1000))
}
