'use client'
import type { ConversationSummary, Project } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { CircleAlert, FolderGit2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { projectMessages } from '../../lib/messages-projects.ts'
import { plainText } from '../../lib/plain-text.ts'
import { draftOf } from '../chat/use-draft.ts'
import { useSend } from '../chat/use-send.ts'
import { setOverlay } from '../shell/overlay.ts'
import { showWorkspace } from '../shell/workspace-panel-state.ts'
import { useChatActions } from '../sidebar/use-chats.ts'
import { useProjectActions } from './use-projects.ts'

const text = projectMessages
const MOST_NAMED = 6

type ProjectStartProps = { chat: ConversationSummary; project: Project }

/** What a chat shows before its first question where a project was added to it: what came, or why it did not, and the way on. */
export function ProjectStart({ chat, project }: ProjectStartProps) {
  switch (project.state) {
    case 'importing':
      return <OnItsWay project={project} />
    case 'failed':
      return <Failed chat={chat} project={project} />
    case 'ready':
      return <Here project={project} />
    default:
      return project satisfies never
  }
}

/** In the middle of the page; scrolls by itself where it is low. */
function Middle({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-0 flex-1 place-items-center overflow-y-auto px-6 max-sm:px-4">
      <section className="grid w-full max-w-[560px] grid-cols-1 gap-3 py-6">{children}</section>
    </div>
  )
}

function From({ project: { kind, from } }: { project: Project }) {
  return (
    <p className="text-sm text-ink-2">
      {text.kinds[kind]} <span className="font-mono [overflow-wrap:anywhere]">{plainText(from)}</span>
    </p>
  )
}

function OnItsWay({ project }: { project: Project & { state: 'importing' } }) {
  const { cancel } = useProjectActions()
  const { conversationId, name, bytes } = project
  return (
    <Middle>
      <h2 className="text-h2 font-strong [overflow-wrap:anywhere]">{text.onItsWay(plainText(name))}</h2>
      <From project={project} />
      <p className="flex min-h-8 items-center gap-2.5 text-sm tabular-nums">
        <span className="spinner" aria-hidden />
        <span className="flex-1">{text.importing(bytes)}</span>
        <Button disabled={cancel.isPending} onClick={() => cancel.mutate({ conversationId })}>
          {text.stop}
        </Button>
      </p>
    </Middle>
  )
}

function Failed({ chat, project }: { chat: ConversationSummary; project: Project & { state: 'failed' } }) {
  const { bring } = useProjectActions()
  const { remove } = useChatActions()
  const { conversationId, kind, name, from, problem } = project
  return (
    <Middle>
      <h2 className="flex items-start gap-2.5 text-h2 font-strong">
        <CircleAlert size={20} strokeWidth={1.75} aria-hidden className="mt-1 flex-none text-danger" />
        <span className="min-w-0 [overflow-wrap:anywhere]">{text.notHere(plainText(name))}</span>
      </h2>
      <p role="alert" className="text-md [overflow-wrap:anywhere]">
        {plainText(bring.error?.message ?? problem)}
      </p>
      <From project={project} />
      <div className="flex flex-wrap gap-2 pt-1">
        {kind === 'git' && (
          <Button
            look="ink"
            disabled={bring.isPending}
            onClick={() => bring.mutate({ conversationId, source: { kind, url: from } })}
          >
            {text.retry}
          </Button>
        )}
        <Button
          look={kind === 'git' ? 'plain' : 'ink'}
          onClick={() => setOverlay({ kind: 'bring-project', chat: conversationId })}
        >
          {text.elsewhere[kind]}
        </Button>
        <Button look="ghost" onClick={() => remove(chat)}>
          {text.deleteChat}
        </Button>
      </div>
    </Middle>
  )
}

function Here({ project }: { project: Project }) {
  const trpc = useTRPC()
  const { conversationId, name } = project
  const { data: root } = useQuery(trpc.assistant.workspace.list.queryOptions({ conversationId, path: '.', from: 0 }))
  const send = useSend(conversationId)
  const ask = async (question: string) => {
    const draft = draftOf(conversationId)
    // What was being written stays in the field.
    const written = draft.text()
    const attempt = draft.begin(question, [])
    draft.write(written)
    draft.end(await send({ ...attempt, parentId: null }))
  }
  const names = root?.entries
    .slice(0, MOST_NAMED)
    .map(({ path, type }) => plainText(type === 'folder' ? `${path}/` : path))
  return (
    <Middle>
      <h2 className="flex items-start gap-2.5 text-h2 font-strong">
        <FolderGit2 size={20} strokeWidth={1.75} aria-hidden className="mt-1 flex-none text-ink-3" />
        <span className="min-w-0 [overflow-wrap:anywhere]">{text.here(plainText(name))}</span>
      </h2>
      <From project={project} />
      <div className="flex min-h-8 items-center gap-3 text-sm">
        <p className="line-clamp-2 min-w-0 flex-1 [overflow-wrap:anywhere]">
          {root && names && text.holds(root.total, names)}
        </p>
        <Button onClick={() => showWorkspace({ tab: 'files', path: null })}>{text.showFiles}</Button>
      </div>
      <p className="pt-2 text-sm text-ink-2">{text.begin}</p>
      <div className="flex flex-wrap gap-2">
        {text.firstQuestions.map((question) => (
          <Button key={question} onClick={() => void ask(question)}>
            {question}
          </Button>
        ))}
      </div>
    </Middle>
  )
}
