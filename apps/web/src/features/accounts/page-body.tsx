import { type ReactNode, useId } from 'react'
import { messages } from '../../lib/messages.ts'
import { TopBar } from '../shell/top-bar.tsx'

/** A page of settings with a title and sections. */
export function PageBody({ title, isBusy, children }: { title: string; isBusy: boolean; children: ReactNode }) {
  return (
    <>
      <title>{messages.shell.pageTitle(title)}</title>
      <TopBar>
        <h1 className="text-md font-mid max-sm:text-lg">{title}</h1>
      </TopBar>
      <main data-region="main" className="min-h-0 flex-1 overflow-y-auto px-6 max-sm:px-4" aria-busy={isBusy}>
        <div className="mx-auto grid w-full max-w-[760px] grid-cols-1 gap-10 pt-5 pb-24">{children}</div>
      </main>
    </>
  )
}

export function Section({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="grid grid-cols-1 gap-3">
      <div>
        <h2 id={id} className="text-h2 font-strong tracking-h2">
          {title}
        </h2>
        {help && <p className="max-w-[64ch] text-sm text-ink-2">{help}</p>}
      </div>
      {children}
    </section>
  )
}
