'use client'
import { Wordmark } from '../../components/fox-mark.tsx'
import { useShortcutListener } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { firstRunMessages } from '../../lib/messages-first-run.ts'
import { useStatus } from '../models/use-models.ts'
import { useLiveUpdates } from '../shell/live-updates.ts'
import { FirstRun } from './first-run.tsx'
import { WelcomeSteps } from './welcome-steps.tsx'

/** The first screen: where the set-up stands on the left, what can be chosen on the right. */
export function Welcome() {
  useLiveUpdates()
  useShortcutListener()
  const status = useStatus()
  return (
    <div className="grid h-dvh lg:grid-cols-[340px_minmax(0,1fr)] max-lg:grid-rows-[auto_minmax(0,1fr)]">
      <title>{messages.shell.pageTitle(firstRunMessages.title)}</title>
      <aside
        data-region="steps"
        aria-label={firstRunMessages.steps}
        className="flex flex-col border-line bg-panel px-10 pt-9 pb-8 max-lg:border-b max-lg:px-4 max-lg:py-4 lg:border-r"
      >
        <Wordmark size={26} className="text-[19px]/none" />
        <WelcomeSteps status={status} />
        <p className="mt-auto text-xs text-ink-3 max-lg:hidden">{firstRunMessages.privacy}</p>
      </aside>
      <main data-region="main" className="flex min-h-0 flex-col overflow-y-auto px-12 max-sm:px-4">
        <div className="m-auto w-full max-w-[760px] py-10 max-sm:py-6" aria-busy={!status}>
          {status ? (
            <FirstRun status={status} />
          ) : (
            <h1 className="text-h1 font-strong tracking-h1">{firstRunMessages.title}</h1>
          )}
        </div>
      </main>
    </div>
  )
}
