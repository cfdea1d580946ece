'use client'
import { useQuery } from '@tanstack/react-query'
import { Download, X } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { IconButton } from '../../components/button.tsx'
import { tooltip } from '../../components/tooltip.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { showWorkspace, type WorkspaceView } from '../shell/workspace-panel-state.ts'
import { AddFiles } from './add-files.tsx'
import { ChangesTab } from './changes-tab.tsx'
import { CheckpointsTab } from './checkpoints-tab.tsx'
import { FilesTab } from './files-tab.tsx'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages
/** From then on its room is shown. */
const NEARLY_FULL = 0.8

type WorkspacePartsProps = { conversationId: string; view: WorkspaceView; onClose: () => void }

/** What is in the panel: how much there is, all of it as a zip, its files and its checkpoints. */
export function WorkspaceParts({ conversationId, view, onClose }: WorkspacePartsProps) {
  const trpc = useTRPC()
  const summary = useQuery(trpc.assistant.workspace.summary.queryOptions({ conversationId }))
  const { data } = summary
  const show = (tab: string) =>
    showWorkspace(
      tab === 'checkpoints'
        ? { tab, checkpoint: null }
        : { tab: tab === 'changes' ? 'changes' : 'files', path: view.tab === 'checkpoints' ? null : view.path },
    )
  const isNearlyFull = data && (data.usage.over || data.usage.bytes > data.quota.bytes * NEARLY_FULL)
  return (
    <AddFiles conversationId={conversationId}>
      {(addButton) => (
        <>
          <header className="flex h-[52px] flex-none items-center gap-1.5 pr-3 pl-4">
            <h2 className="text-md font-mid">{text.title}</h2>
            <p className="min-w-0 flex-1 truncate pl-1 text-xs text-ink-3" title={data && text.room(data.quota.bytes)}>
              {data?.exists && text.holds(data.usage.entries, data.usage.bytes)}
            </p>
            {data?.exists && data.usage.entries > 0 && (
              <a
                href={`/api/files/${conversationId}?zip`}
                download
                aria-label={text.saveAll}
                {...tooltip(text.saveAll)}
                className="inline-grid size-7 flex-none place-items-center rounded-control text-ink-3 transition-colors duration-120 hover:bg-hover hover:text-ink touch:size-11"
              >
                <Download size={16} strokeWidth={1.75} aria-hidden />
              </a>
            )}
            {addButton}
            <IconButton label={text.close} shortcut="toggle-workspace" onClick={onClose}>
              <X size={16} strokeWidth={1.75} aria-hidden />
            </IconButton>
          </header>
          {isNearlyFull && (
            <p className="flex-none px-4 pb-2 text-xs text-warning">
              {text.nearlyFull(data.usage.bytes, data.quota.bytes)}
            </p>
          )}
          <Tabs.Root value={view.tab} onValueChange={show} className="flex min-h-0 flex-1 flex-col">
            <Tabs.List
              aria-label={text.parts}
              className="mx-4 mb-2 inline-flex flex-none gap-0.5 self-start rounded-row bg-selected p-0.5"
            >
              <Tab value="files">{text.files}</Tab>
              <Tab value="changes">{text.changes}</Tab>
              <Tab value="checkpoints">{text.checkpoints}</Tab>
            </Tabs.List>
            {data === undefined ? (
              <div className="flex-1 px-4 pt-2">
                {summary.isError ? <WorkspaceFailed onRetry={() => void summary.refetch()} /> : <Reading />}
              </div>
            ) : (
              <>
                <Tabs.Content value="files" tabIndex={-1} className="flex min-h-0 flex-1 flex-col">
                  <FilesTab
                    conversationId={conversationId}
                    isEmpty={!data.exists || data.usage.entries === 0}
                    path={view.tab === 'files' ? view.path : null}
                    onPath={(path) => showWorkspace({ tab: 'files', path })}
                  />
                </Tabs.Content>
                <Tabs.Content value="changes" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto px-4 pb-4">
                  <ChangesTab
                    conversationId={conversationId}
                    path={view.tab === 'changes' ? view.path : null}
                    onPath={(path) => showWorkspace({ tab: 'changes', path })}
                  />
                </Tabs.Content>
                <Tabs.Content value="checkpoints" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto px-4 pb-4">
                  <CheckpointsTab
                    conversationId={conversationId}
                    unavailable={data.checkpointsUnavailable}
                    chosen={view.tab === 'checkpoints' ? view.checkpoint : null}
                    onChoose={(checkpoint) => showWorkspace({ tab: 'checkpoints', checkpoint })}
                  />
                </Tabs.Content>
              </>
            )}
          </Tabs.Root>
        </>
      )}
    </AddFiles>
  )
}

function Tab({ value, children }: { value: string; children: string }) {
  return (
    <Tabs.Trigger
      value={value}
      className="h-6 rounded-control px-2.5 text-xs font-mid text-ink-2 transition-colors duration-120 hover:text-ink data-[state=active]:bg-raised data-[state=active]:text-ink data-[state=active]:shadow-card touch:h-11 touch:px-3.5"
    >
      {children}
    </Tabs.Trigger>
  )
}

function Reading() {
  return <p className="text-sm text-ink-3">{text.loading}</p>
}
