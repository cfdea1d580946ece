import type { ReactNode } from 'react'
import { Wordmark } from '../../components/fox-mark.tsx'
import { messages } from '../../lib/messages.ts'

type EntrancePageProps = { title: string; lead: string; children: ReactNode }

/** A page for those who are not in yet: the name, one sentence, one form. */
export function EntrancePage({ title, lead, children }: EntrancePageProps) {
  return (
    <main data-region="main" className="grid min-h-dvh place-items-center overflow-y-auto bg-canvas px-4 py-10">
      <title>{messages.shell.pageTitle(title)}</title>
      <div className="w-full max-w-[380px]">
        <Wordmark size={26} className="mb-8 text-[19px]/none" />
        <h1 className="mb-2 text-h1 font-strong tracking-h1">{title}</h1>
        <p className="mb-6 text-md text-ink-2">{lead}</p>
        {children}
      </div>
    </main>
  )
}
