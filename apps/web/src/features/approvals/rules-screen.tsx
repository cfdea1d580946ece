'use client'
import type { OperatorToolRules, ToolSeconds } from '@reynard/protocol'
import Link from 'next/link'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { Button } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { rulesMessages } from '../../lib/messages-rules.ts'
import { useRole } from '../accounts/use-role.ts'
import { useAssistantList } from '../assistants/use-assistants.ts'
import { useOperatorSettings } from '../models/use-operator-settings.ts'
import { TopBar } from '../shell/top-bar.tsx'
import { ChatRules } from './chat-rules.tsx'
import { ToolCounts } from './tool-counts.tsx'
import { ToolTable } from './tool-table.tsx'
import { useToolRules } from './use-tool-rules.ts'

const text = rulesMessages

/** What goes without asking, in one chat, for a person and on the server, and how far one answer may go. */
export function RulesScreen() {
  const { rules, set, removeFromChat } = useToolRules()
  const { isAdmin } = useRole()
  const tools = useAssistantList()?.tools
  return (
    <>
      <title>{messages.shell.pageTitle(text.title)}</title>
      <TopBar>
        <h1 className="text-md font-mid max-sm:text-lg">{text.title}</h1>
      </TopBar>
      <main
        data-region="main"
        className="min-h-0 flex-1 overflow-y-auto px-6 max-sm:px-4"
        aria-busy={!(rules && tools)}
      >
        {rules && tools && (
          <div className="mx-auto grid w-full max-w-[760px] grid-cols-1 gap-10 pt-5 pb-24">
            <p className="max-w-[60ch] text-md text-ink-2">{text.sentence}</p>
            <Section title={text.chats} help={text.chatsHelp}>
              <ChatRules chats={rules.chats} onRemove={removeFromChat} />
            </Section>
            <Section title={text.byTool} help={text.byToolHelp}>
              {isAdmin ? (
                <OperatorToolTable tools={tools} own={rules.own} onOwn={set} />
              ) : (
                <ToolTable tools={tools} own={rules.own} onOwn={set} operator={null} />
              )}
            </Section>
            {isAdmin && (
              <>
                <Section title={text.answers} help={text.answersHelp}>
                  <Button asChild>
                    <Link href="/admin/settings?section=tools">{text.openBounds}</Link>
                  </Button>
                </Section>
                <Section title={text.counts} help={text.countsHelp}>
                  <ToolCounts />
                </Section>
              </>
            )}
          </div>
        )}
      </main>
    </>
  )
}

type OwnRules = Pick<ComponentProps<typeof ToolTable>, 'tools' | 'own' | 'onOwn'>

/** With what whoever runs the server says of each tool. */
function OperatorToolTable(props: OwnRules) {
  const { view, update } = useOperatorSettings()
  if (!view) return null
  const operator = {
    rules: view.saved.toolRules ?? { effects: {}, tools: {} },
    deadlines: {
      saved: view.saved.toolSeconds ?? {},
      environment: view.inherited.toolSeconds,
      isLocked: view.fromEnvironment.includes('toolSeconds'),
    },
    onRules: (toolRules: OperatorToolRules) => update({ toolRules }),
    onDeadlines: (toolSeconds: ToolSeconds) => update({ toolSeconds }),
  }
  return <ToolTable {...props} operator={operator} />
}

function Section({ title, help, children }: { title: string; help: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h2 id={id} tabIndex={-1} className="text-h2 font-strong tracking-h2 outline-none">
        {title}
      </h2>
      <p className="mt-1 mb-3 max-w-[64ch] text-sm text-ink-2">{help}</p>
      {children}
    </section>
  )
}
