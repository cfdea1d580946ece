'use client'
import { Plus } from 'lucide-react'
import Link from 'next/link'
import { Button } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { TopBar } from '../shell/top-bar.tsx'
import { AssistantRow } from './assistant-row.tsx'
import { useAssistantList } from './use-assistants.ts'
import { useTransferAssistants } from './use-transfer-assistants.ts'

const text = assistantPageMessages

/** All assistants: those that came with Reynard, and one's own. */
export function AssistantsScreen() {
  const list = useAssistantList()
  const { importAssistant } = useTransferAssistants()
  return (
    <>
      <title>{messages.shell.pageTitle(messages.assistants.title)}</title>
      <TopBar>
        <h1 className="text-md font-mid max-sm:text-lg">{messages.assistants.title}</h1>
      </TopBar>
      <main data-region="main" className="min-h-0 flex-1 overflow-y-auto px-6 max-sm:px-4" aria-busy={!list}>
        {list && (
          <div className="mx-auto w-full max-w-[760px] pt-5 pb-24">
            <p className="max-w-[60ch] text-md text-ink-2">{list.enabled ? text.sentence : text.off}</p>
            {list.enabled && !list.toolsEnabled && <p className="mt-1 text-sm text-ink-2">{text.toolsOff}</p>}
            {!(list.enabled && list.toolsEnabled) && (
              <p className="mt-3">
                <Button asChild>
                  <Link href="/admin/settings?section=tools">{text.switchOn}</Link>
                </Button>
              </p>
            )}
            {list.enabled && (
              <>
                <div className="mt-5 mb-3 flex flex-wrap gap-2">
                  <Button look="ink" asChild>
                    <Link href="/settings/assistants/new">
                      <Plus size={14} strokeWidth={1.75} aria-hidden />
                      {text.create}
                    </Link>
                  </Button>
                  <Button onClick={() => void importAssistant()}>{text.import}</Button>
                </div>
                <ul>
                  {list.assistants.map((assistant) => (
                    <AssistantRow key={assistant.id} assistant={assistant} />
                  ))}
                </ul>
              </>
            )}
          </div>
        )}
      </main>
    </>
  )
}
