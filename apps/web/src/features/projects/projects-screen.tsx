'use client'
import { useQuery } from '@tanstack/react-query'
import { Folder, X } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { Field, Input } from '../../components/field.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { projectMessages } from '../../lib/messages-projects.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'
import { TopBar } from '../shell/top-bar.tsx'
import { AuthorForm } from './author-form.tsx'
import { useFolders, useProjectActions } from './use-projects.ts'

const text = projectMessages

/** Folders of this machine that chats may work in, and whose name commits carry. */
export function ProjectsScreen() {
  const trpc = useTRPC()
  const { data: author } = useQuery(trpc.assistant.project.author.queryOptions())
  const folders = useId()
  const commits = useId()
  return (
    <>
      <title>{messages.shell.pageTitle(text.pageTitle)}</title>
      <TopBar>
        <h1 className="text-md font-mid max-sm:text-lg">{text.pageTitle}</h1>
      </TopBar>
      <main data-region="main" className="min-h-0 flex-1 overflow-y-auto px-6 max-sm:px-4">
        <div className="mx-auto grid w-full max-w-[760px] gap-10 pt-5 pb-24">
          <section aria-labelledby={folders} className="grid gap-3">
            <h2 id={folders} className="text-h2 font-strong tracking-h2">
              {text.foldersTitle}
            </h2>
            <p className="max-w-[60ch] text-sm text-ink-2">{text.foldersHelp}</p>
            <Register />
            <Folders />
          </section>
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

/** What is typed and not registered: it outlives the form, which may be made anew while the page comes alive. */
let typed = ''

function Register() {
  const { register } = useProjectActions()
  const [path, setPathShown] = useState(typed)
  const form = useRef<HTMLFormElement>(null)
  const setPath = (next: string) => {
    typed = next
    setPathShown(next)
  }
  // Somebody may have typed into the page before its code was there.
  useEffect(() => {
    const there = form.current?.querySelector('input')?.value ?? ''
    if (there === '' || there === typed) return
    typed = there
    setPathShown(there)
  }, [])
  return (
    <form
      ref={form}
      className="grid items-end gap-2 sm:grid-cols-[1fr_auto]"
      onSubmit={(event) => {
        event.preventDefault()
        if (path.trim() === '' || register.isPending) return
        register.mutate(
          { path: path.trim() },
          {
            onSuccess: (folder) => {
              setPath('')
              showToast(text.registered(folder.path))
            },
          },
        )
      }}
    >
      <Field label={text.path} error={register.error?.message ?? null}>
        {(parts) => (
          <Input
            {...parts}
            autoComplete="off"
            spellCheck={false}
            placeholder="/home/you/code/shop"
            value={path}
            onChange={(event) => {
              setPath(event.target.value)
              register.reset()
            }}
            className="font-mono"
          />
        )}
      </Field>
      <Button look="ink" type="submit" disabled={path.trim() === '' || register.isPending} className="self-end">
        {text.add}
      </Button>
    </form>
  )
}

function Folders() {
  const { data: folders } = useFolders()
  const { remove, register } = useProjectActions()
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
          <span className="flex-none text-xs text-ink-3">{text.chats(chats)}</span>
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
