'use client'
import { useQuery } from '@tanstack/react-query'
import { Folder, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useId } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { projectMessages } from '../../lib/messages-projects.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'
import { useRole } from '../accounts/use-role.ts'
import { TopBar } from '../shell/top-bar.tsx'
import { AuthorForm } from './author-form.tsx'
import { RegisterFolder } from './register-folder.tsx'
import { CODER, useFolders, useProjectActions } from './use-projects.ts'

const text = projectMessages

/** Folders of this machine that chats may work in, and whose name commits carry. */
export function ProjectsScreen() {
  const trpc = useTRPC()
  const { data: author } = useQuery(trpc.assistant.project.author.queryOptions())
  const { isOwner } = useRole()
  const folders = useId()
  const commits = useId()
  return (
    <>
      <title>{messages.shell.pageTitle(text.pageTitle)}</title>
      <TopBar>
        <h1 className="text-md font-mid max-sm:text-lg">{text.pageTitle}</h1>
      </TopBar>
      <main data-region="main" className="min-h-0 flex-1 overflow-y-auto px-6 max-sm:px-4">
        <div className="mx-auto grid w-full max-w-[760px] grid-cols-1 gap-10 pt-5 pb-24">
          {isOwner && (
            <section aria-labelledby={folders} className="grid gap-3">
              <h2 id={folders} className="text-h2 font-strong tracking-h2">
                {text.foldersTitle}
              </h2>
              <p className="max-w-[60ch] text-sm text-ink-2">{text.foldersHelp}</p>
              <RegisterFolder />
              <Folders />
            </section>
          )}
          <section aria-labelledby={commits} className="grid gap-3">
            <h2 id={commits} className="text-h2 font-strong tracking-h2">
              {text.authorTitle}
            </h2>
            <p className="max-w-[60ch] text-sm text-ink-2">{text.authorHelp}</p>
            {author !== undefined && <AuthorForm author={author} />}
          </section>
        </div>
      </main>
    </>
  )
}

function Folders() {
  const { data: folders } = useFolders()
  const router = useRouter()
  const { remove, register, bring } = useProjectActions()
  if (folders === undefined) return null
  if (folders.length === 0) return <p className="text-sm text-ink-2">{text.noFolders}</p>
  return (
    <ul>
      {folders.map(({ id, path, problem, chats }) => (
        <li key={id} className="flex min-h-12 items-center gap-2.5 border-t border-line py-2">
          <Folder size={16} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
          <span className="min-w-0 flex-1">
            <span className="block font-mono text-sm [overflow-wrap:anywhere]">{plainText(path)}</span>
            {problem && (
              <span className="block text-xs text-warning [overflow-wrap:anywhere]">{plainText(problem)}</span>
            )}
          </span>
          <span className="flex-none text-xs text-ink-3 max-sm:hidden">{text.chats(chats)}</span>
          {problem === null && (
            <Button
              size="sm"
              aria-label={text.chatIn(plainText(path))}
              disabled={bring.isPending}
              onClick={() =>
                bring.mutate(
                  { conversationId: null, assistant: CODER, source: { kind: 'folder', folderId: id } },
                  {
                    onSuccess: ({ conversationId }) => router.push(`/chat/${conversationId}`),
                    onError: (error) => showToast(error.message),
                  },
                )
              }
            >
              {text.startChat}
            </Button>
          )}
          <IconButton
            label={text.remove(plainText(path))}
            once
            onClick={() =>
              remove.mutate(
                { id },
                {
                  // Chats do not find it again by itself: only the list has it back.
                  onSuccess: () =>
                    showToast(text.removed(path), chats === 0 ? () => register.mutate({ path }) : undefined),
                  onError: (error) => showToast(error.message),
                },
              )
            }
          >
            <X size={16} strokeWidth={1.75} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
