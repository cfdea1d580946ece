'use client'
import { errorInfoOf } from '@reynard/client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { PatchView } from './patch-view.tsx'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages

/** What to compare with; the server chooses where it is not said. */
export type Since = 'start' | 'commit' | undefined

type FileChangeProps = { conversationId: string; path: string; since?: Since }

/** What differs in one file from where the chat began, or from the last commit. */
export function FileChange({ conversationId, path, since }: FileChangeProps) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.assistant.workspace.changes.queryOptions({ conversationId, path, since }),
  )
  if (error && !data) return <WorkspaceFailed why={errorInfoOf(error)?.message} onRetry={() => void refetch()} />
  if (!data) return <p className="text-sm text-ink-3">{text.loading}</p>
  if (data.since === null) return <p className="text-sm text-ink-2">{text.noStart}</p>
  if (data.total === 0) return <p className="text-sm text-ink-2">{text.unchangedFile}</p>
  const [file] = data.files
  const isText = file?.added !== undefined && /^@@ /m.test(data.patch)
  return isText ? <PatchView diff={data} /> : <p className="text-sm text-ink-2">{text.noPatch}</p>
}
