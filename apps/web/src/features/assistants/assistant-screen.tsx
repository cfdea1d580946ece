'use client'
import type { AssistantDefinition } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { showToast } from '../../lib/toast.ts'
import { NotFound } from '../shell/not-found.tsx'
import { TopBar } from '../shell/top-bar.tsx'
import { AssistantForm } from './assistant-form.tsx'
import { AssistantView } from './assistant-view.tsx'
import { useAssistantActions } from './use-assistant-actions.ts'
import { useAssistantList } from './use-assistants.ts'

const text = assistantPageMessages
const BLANK: AssistantDefinition = {
  name: '',
  letter: '',
  picture: null,
  description: '',
  instructions: '',
  model: null,
  parameters: {},
  tools: {},
}

/** One of a person's own assistants, to be changed (null: the one that is being made), or one that came with Reynard, to be read. */
export function AssistantScreen({ id }: { id: string | null }) {
  const trpc = useTRPC()
  const router = useRouter()
  const list = useAssistantList()
  const { create, update } = useAssistantActions()
  // What is being typed must not be replaced by what another tab saved.
  const { data, error } = useQuery(
    trpc.assistant.byId.queryOptions({ id: id ?? '' }, { enabled: id !== null, staleTime: Number.POSITIVE_INFINITY }),
  )
  const definition = id === null ? BLANK : data?.builtIn === false ? data.definition : undefined

  async function save(next: AssistantDefinition) {
    await (id === null ? create(next) : update(id, next))
    showToast(text.saved(next.name))
    router.push('/settings/assistants')
  }

  const title = id === null ? text.newTitle : (data?.name ?? messages.assistants.title)
  return (
    <>
      <title>{messages.shell.pageTitle(title)}</title>
      <TopBar>
        <h1 className="truncate text-md font-mid max-sm:text-lg">{title}</h1>
      </TopBar>
      {error ? (
        <NotFound
          action={
            <Button asChild>
              <Link href="/settings/assistants">{text.toAll}</Link>
            </Button>
          }
        >
          {text.gone}
        </NotFound>
      ) : (
        <main data-region="main" className="min-h-0 flex-1 scroll-pb-36 overflow-y-auto px-6 max-sm:px-4">
          {data?.builtIn && list && <AssistantView assistant={data} tools={list.tools} />}
          {definition && list && (
            <AssistantForm key={id} id={id ?? ''} initial={definition} tools={list.tools} onSave={save} />
          )}
        </main>
      )}
    </>
  )
}
