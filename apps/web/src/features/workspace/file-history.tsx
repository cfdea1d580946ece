'use client'
import { errorInfoOf } from '@reynard/client'
import type { FileVersion } from '@reynard/protocol'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'
import { sayRefused } from './file-actions.ts'
import { PatchView } from './patch-view.tsx'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages

type FileHistoryProps = { conversationId: string; path: string }

/** The checkpoints in which a file became another one, the newest first, each with what changed and the way back to it. */
export function FileHistory({ conversationId, path }: FileHistoryProps) {
  const trpc = useTRPC()
  const [open, setOpen] = useState<string | null>(null)
  const { data, error, refetch } = useQuery(trpc.assistant.workspace.history.queryOptions({ conversationId, path }))
  if (error && !data) return <WorkspaceFailed why={errorInfoOf(error)?.message} onRetry={() => void refetch()} />
  if (!data) return <p className="text-sm text-ink-3">{text.loading}</p>
  if (data.versions.length === 0) return <p className="text-sm text-ink-2">{data.unavailable ?? text.noVersions}</p>
  return (
    <ol
      aria-label={text.historyOf(plainText(path))}
      className="relative before:absolute before:top-3 before:bottom-3 before:left-[3px] before:w-px before:bg-line-2"
    >
      {data.versions.map((version) => (
        <li key={version.id} className="relative pl-5">
          <span
            aria-hidden
            className={`absolute top-[11px] left-0 size-[7px] rounded-round ${version.isNow ? 'bg-panel inset-ring-2 inset-ring-ink' : 'bg-ink-3'}`}
          />
          <button
            type="button"
            aria-expanded={version.id === open}
            onClick={() => setOpen(version.id === open ? null : version.id)}
            className="-mx-2 my-0.5 block w-[calc(100%+16px)] rounded-row px-2 py-1 text-left hover:bg-hover touch:min-h-11"
          >
            <span className="block truncate text-sm font-mid">{plainText(text.versionName(version))}</span>
            <span className="block text-xs text-ink-3">
              {text.at(version.at, Date.now())}
              {version.isNow && ` · ${text.now}`}
            </span>
          </button>
          {version.id === open && <Version conversationId={conversationId} path={path} version={version} />}
        </li>
      ))}
    </ol>
  )
}

function Version({ conversationId, path, version }: FileHistoryProps & { version: FileVersion }) {
  const trpc = useTRPC()
  const restore = useMutation(trpc.assistant.workspace.restoreFile.mutationOptions({ onError: sayRefused }))
  const bringBack = () =>
    restore.mutate(
      { conversationId, checkpoint: version.id, path },
      {
        onSuccess: ({ undo }) =>
          showToast(text.fileRestored(plainText(path)), () =>
            restore.mutateAsync({ conversationId, checkpoint: undo, path }),
          ),
      },
    )
  if (version.change === 'unkept') return <p className="pb-2 text-sm text-ink-2">{text.unkept}</p>
  return (
    <div className="grid grid-cols-1 gap-2 pb-2">
      {version.before !== null && <VersionPatch {...{ conversationId, path, version }} before={version.before} />}
      {!version.isNow && (
        <Button look="ink" size="sm" className="justify-self-start" disabled={restore.isPending} onClick={bringBack}>
          {restore.isPending ? text.restoring : version.change === 'deleted' ? text.restoreGone : text.restoreVersion}
        </Button>
      )}
    </div>
  )
}

type VersionPatchProps = FileHistoryProps & { version: FileVersion; before: string }

function VersionPatch({ conversationId, path, version, before }: VersionPatchProps) {
  const trpc = useTRPC()
  // Two states never change: neither does what lies between them.
  const { data, error, refetch } = useQuery(
    trpc.assistant.workspace.diff.queryOptions(
      { conversationId, before, after: version.id, path },
      { staleTime: Number.POSITIVE_INFINITY },
    ),
  )
  if (error && !data) return <WorkspaceFailed why={errorInfoOf(error)?.message} onRetry={() => void refetch()} />
  if (!data) return <p className="text-sm text-ink-3">{text.loading}</p>
  if (!/^@@ /m.test(data.patch)) return <p className="text-sm text-ink-2">{text.noPatch}</p>
  return <PatchView diff={data} />
}
