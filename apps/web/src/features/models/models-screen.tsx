'use client'
import { messages } from '../../lib/messages.ts'
import { firstRunMessages } from '../../lib/messages-first-run.ts'
import { modelsPageMessages } from '../../lib/messages-settings.ts'
import { useRole } from '../accounts/use-role.ts'
import { TopBar } from '../shell/top-bar.tsx'
import { GetModels } from './get-models.tsx'
import { InstalledModels } from './installed-models.tsx'
import { useStatus } from './use-models.ts'

const text = modelsPageMessages

/** Where the engine line leads: who answers, which models are here, which could be. */
export function ModelsScreen() {
  const status = useStatus()
  const { isAdmin } = useRole()
  const engine = status?.engines.find((entry) => entry.kind === status.active)
  return (
    <>
      <title>{messages.shell.pageTitle(text.title)}</title>
      <TopBar>
        <h1 className="text-md font-mid max-sm:text-lg">{text.title}</h1>
      </TopBar>
      <main data-region="main" className="min-h-0 flex-1 overflow-y-auto px-6 max-sm:px-4" aria-busy={!status}>
        {status && (
          <div className="mx-auto w-full max-w-[760px] pt-5 pb-16">
            <p className="text-h2 font-mid tracking-h2">
              {engine && status.defaultModelLabel
                ? text.sentence(engine.label, status.defaultModelLabel)
                : firstRunMessages.noEngine}
            </p>
            <p className="mt-1 text-sm text-ink-2">
              {firstRunMessages.machine(status.machine.memoryBytes, status.machine.cores, status.machine.gpu)}
            </p>
            {status.machine.note && <p className="mt-1 text-sm text-ink-2">{status.machine.note}</p>}
            {status.defaultModelNote && <p className="mt-1 text-sm text-ink-2">{status.defaultModelNote}</p>}
            {status.engines
              .filter((entry) => entry.problem !== null && (status.active === null || entry.kind === status.active))
              .map((entry) => (
                <p key={entry.kind} className="mt-1 text-sm text-ink-2">
                  {entry.problem}
                </p>
              ))}
            <section className="mt-8" aria-labelledby="models-here">
              <h2 id="models-here" className="text-md font-strong">
                {text.here}
              </h2>
              <InstalledModels status={status} />
            </section>
            {isAdmin && (
              <section className="mt-10" aria-labelledby="models-more">
                <h2 id="models-more" className="mb-3 text-md font-strong">
                  {text.more}
                </h2>
                <GetModels status={status} look="ink" />
              </section>
            )}
          </div>
        )}
      </main>
    </>
  )
}
