'use client'
import { WifiOff } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Button } from '../../components/button.tsx'
import { Note } from '../../components/note.tsx'
import { useConnection, useReynard } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { useIsCut } from './use-is-cut.ts'

/**
 * Says once that the server is out of reach, and shows it over the page, moving nothing: unless the answer that is cut off is there to
 * say it.
 */
export function ConnectionNote() {
  const isCut = useIsCut()
  return (
    <div className="pointer-events-none fixed top-14 right-4 left-[calc(var(--sidebar-width)+16px)] z-20 flex justify-center">
      {/* The region announces once; the seconds that run beside it are for the eye. */}
      <p role="status" className="sr-only">
        {isCut ? `${messages.shell.offline} ${messages.shell.kept}` : ''}
      </p>
      {isCut && (
        <section
          aria-label={messages.shell.connection}
          className="float-in pointer-events-auto w-full max-w-[620px] rounded-card bg-raised shadow-float ring ring-line [#main:has([data-cut-answer])_&]:hidden"
        >
          <CutNote />
        </section>
      )}
    </div>
  )
}

/** The same under an answer that was being written; the note over the page makes way for it. */
export function AnswerCutNote() {
  return (
    <div data-cut-answer="">
      <CutNote ofAnswer />
    </div>
  )
}

/**
 * That there is no connection, and when the next try comes. That an answer goes on is said where it is this device that lost its network;
 * what goes on behind a silent server, nobody here can know.
 */
function CutNote({ ofAnswer = false }: { ofAnswer?: boolean }) {
  const isOnline = useIsOnline()
  const { nextRetryAt } = useConnection()
  const { connection } = useReynard()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  const seconds = nextRetryAt === null ? null : Math.max(1, Math.ceil((nextRetryAt - now) / 1000))
  return (
    <Note
      icon={<WifiOff size={16} strokeWidth={1.75} aria-hidden />}
      actions={
        <Button size="sm" onClick={() => connection.retryNow()}>
          {messages.common.tryNow}
        </Button>
      }
    >
      {ofAnswer && !isOnline ? (
        <>
          <b>{messages.shell.noNetwork}</b> {messages.shell.goesOn}
        </>
      ) : (
        <>
          <b>{messages.shell.offline}</b> {messages.shell.kept}
        </>
      )}{' '}
      {messages.shell.retryingIn(seconds)}
    </Note>
  )
}

/** Whether the browser has a network at all. */
const useIsOnline = () =>
  useSyncExternalStore(
    followNetwork,
    () => navigator.onLine,
    () => true,
  )

function followNetwork(listener: () => void): () => void {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}
