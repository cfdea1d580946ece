'use client'
import type { Project } from '@reynard/protocol'
import { CircleAlert, FolderGit2 } from 'lucide-react'
import { Popover as Radix } from 'radix-ui'
import { Button } from '../../components/button.tsx'
import { Popover, PopoverContent } from '../../components/popover.tsx'
import { projectMessages } from '../../lib/messages-projects.ts'
import { plainText } from '../../lib/plain-text.ts'
import { setOverlay } from '../shell/overlay.ts'
import { useProjectActions } from './use-projects.ts'

const text = projectMessages

/** Which project a chat works on, in its top bar (not named twice where the chat's title is its name): where it is from, how far it is, and its commits to take away. */
export function ProjectChip({ project, title }: { project: Project; title: string }) {
  const name = plainText(project.name)
  const isImporting = project.state === 'importing'
  return (
    <Popover>
      <Radix.Trigger
        aria-label={`${text.chip(name)}${isImporting ? `, ${text.importing(project.bytes)}` : project.state === 'failed' ? `, ${text.failed}` : ''}`}
        className="flex h-7 max-w-56 min-w-0 flex-none items-center gap-1.5 rounded-control px-2 text-xs font-mid text-ink-2 transition-colors duration-120 hover:bg-hover aria-[expanded=true]:bg-selected touch:h-11"
      >
        {isImporting ? (
          <span className="spinner" aria-hidden />
        ) : project.state === 'failed' ? (
          <CircleAlert size={14} strokeWidth={1.75} className="flex-none text-danger" aria-hidden />
        ) : (
          <FolderGit2 size={14} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
        )}
        <span className="truncate max-sm:sr-only">
          {isImporting ? text.importing(project.bytes) : name === plainText(title) ? text.plain : name}
        </span>
      </Radix.Trigger>
      <PopoverContent aria-label={text.chip(name)} align="start" className="grid w-[340px] gap-2.5 p-4">
        <About project={project} />
      </PopoverContent>
    </Popover>
  )
}

function About({ project }: { project: Project }) {
  const { cancel } = useProjectActions()
  const { conversationId } = project
  return (
    <>
      <h2 className="text-md font-mid [overflow-wrap:anywhere]">{plainText(project.name)}</h2>
      <p className="text-xs text-ink-3">
        {text.kinds[project.kind]} <span className="font-mono [overflow-wrap:anywhere]">{plainText(project.from)}</span>
      </p>
      {project.kind === 'folder' && project.state === 'ready' && <p className="text-ink-2">{text.asksInFolder}</p>}
      {project.state === 'importing' && (
        <div className="flex items-center gap-2">
          <span className="flex-1 tabular-nums">{text.importing(project.bytes)}</span>
          <Button disabled={cancel.isPending} onClick={() => cancel.mutate({ conversationId })}>
            {text.stop}
          </Button>
        </div>
      )}
      {project.state === 'failed' && (
        <>
          <p className="text-danger [overflow-wrap:anywhere]">{plainText(project.problem)}</p>
          <Button
            className="justify-self-start"
            onClick={() => setOverlay({ kind: 'bring-project', chat: conversationId })}
          >
            {text.again}
          </Button>
        </>
      )}
      {project.hasHistory && (
        <div className="grid gap-2 border-t border-line pt-2.5">
          <h3 className="font-mid">{text.commits}</h3>
          <div className="flex gap-2">
            {(['bundle', 'patch'] as const).map((form) => (
              <Button key={form} asChild>
                <a href={`/api/files/${conversationId}?${form}`} download>
                  {text[form]}
                </a>
              </Button>
            ))}
          </div>
          <p className="text-xs text-ink-3">{text.commitsHelp}</p>
        </div>
      )}
    </>
  )
}
