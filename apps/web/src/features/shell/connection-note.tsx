'use client'
import { WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Note } from '../../components/note.tsx'
import { useConnection, useReynard } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'

/** Below this a cut mends unseen: a note that flashes helps nobody. */
const PATIENCE_MS = 1500

/** Says that the server is out of reach, when the next try comes, and that answers go on there. Lies over the page, moves nothing. */
export function ConnectionNote() {
  const { status, nextRetryAt } = useConnection()
  const { connection } = useReynard()
  const [isShown, setShown] = useState(false)
  const [now, setNow] = useState(0)
  const isDown = status === 'offline'

  useEffect(() => {
    if (!isDown) return setShown(false)
    const timer = setTimeout(() => setShown(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [isDown])
  useEffect(() => {
    if (!isShown) return
    const tick = () => setNow(Date.now())
    tick()
    const timer = setInterval(tick, 500)
    return () => clearInterval(timer)
  }, [isShown])

  const seconds = nextRetryAt === null ? null : Math.max(1, Math.ceil((nextRetryAt - now) / 1000))
  return (
    <div className="pointer-events-none fixed top-14 right-4 left-[calc(var(--sidebar-width)+16px)] z-20 flex justify-center">
      {/* The region announces once; the seconds that run beside it are for the eye. */}
      <p role="status" className="sr-only">
        {isShown ? messages.shell.offline : ''}
      </p>
      {isShown && (
        <div className="float-in pointer-events-auto w-full max-w-[620px] rounded-card bg-raised shadow-float ring ring-line">
          <Note
            icon={<WifiOff size={16} strokeWidth={1.75} aria-hidden />}
            actions={
              <Button size="sm" onClick={() => connection.retryNow()}>
                {messages.common.tryNow}
              </Button>
            }
          >
            {messages.shell.reconnecting(seconds)}
          </Note>
        </div>
      )}
    </div>
  )
}
