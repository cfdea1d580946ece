import Link from 'next/link'
import Markdown, { type Components } from 'react-markdown'
import { FoxMark } from '../../components/fox-mark.tsx'
import { backFromHelp } from '../../features/help/help-address.ts'
import { readHelp } from '../../features/help/read-help.ts'
import { messages } from '../../lib/messages.ts'

const parts: Components = {
  h1: ({ children }) => <h1 className="mt-6 text-h1 font-strong tracking-h1">{children}</h1>,
  h2: ({ children }) => <h2 className="mt-10 text-h2 font-strong">{children}</h2>,
  p: ({ children }) => <p className="mt-3.5 text-read text-pretty">{children}</p>,
  ul: ({ children }) => <ul className="mt-3.5 list-disc pl-5 text-read marker:text-ink-3">{children}</ul>,
  li: ({ children }) => <li className="mt-1.5">{children}</li>,
  code: ({ children }) => (
    <code className="rounded-chip bg-well px-1 font-mono text-[0.86em] wrap-anywhere text-code">{children}</code>
  ),
}

/** docs/troubleshooting.md as a page: each error in the app links to its part. */
export default async function HelpPage({ searchParams }: { searchParams: Promise<{ from?: string | string[] }> }) {
  const [sections, { from }] = await Promise.all([readHelp(), searchParams])
  const back = backFromHelp(from)
  return (
    <main className="mx-auto max-w-[756px] px-4 py-10 sm:px-6">
      <title>{messages.shell.pageTitle(messages.help.title)}</title>
      <Link href={back} className="inline-flex items-center gap-2 text-sm text-ink-2 hover:text-ink">
        <FoxMark size={22} />
        {back.startsWith('/chat/') ? messages.help.back : messages.help.backToApp}
      </Link>
      {sections.map((section) => (
        <section key={section.id ?? 'opening'} id={section.id ?? undefined} className="scroll-mt-6">
          <Markdown components={parts}>{section.markdown}</Markdown>
        </section>
      ))}
    </main>
  )
}
