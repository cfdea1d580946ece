'use client'
import { useEffect, useRef } from 'react'
import { Dialog } from '../../components/dialog.tsx'
import { useShortcut } from '../../lib/keys.ts'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { useIsPhone } from '../../lib/use-is-phone.ts'
import { isWorkspaceBeside, showWorkspace, type WorkspaceView } from '../shell/workspace-panel-state.ts'
import { PanelEdge } from './panel-edge.tsx'
import { usePanelWidth } from './panel-width.ts'
import { WorkspaceParts } from './workspace-parts.tsx'

type WorkspacePanelProps = { conversationId: string; view: WorkspaceView }
const close = () => showWorkspace(null)

/** The files of a chat and their earlier states: beside it, over it where there is no room, a sheet on a phone. */
export function WorkspacePanel({ conversationId, view }: WorkspacePanelProps) {
  const isPhone = useIsPhone()
  const parts = <WorkspaceParts conversationId={conversationId} view={view} onClose={close} />
  if (!isPhone) return <Beside>{parts}</Beside>
  return (
    <Dialog bare open place="panel" title={workspaceMessages.title} onOpenChange={close} className="h-[88dvh]">
      {parts}
    </Dialog>
  )
}

function Beside({ children }: { children: React.ReactNode }) {
  const panel = useRef<HTMLElement>(null)
  const { width, setWidth } = usePanelWidth()
  // What it covers has lost the focus.
  useEffect(() => {
    if (!isWorkspaceBeside()) panel.current?.focus()
  }, [])
  useShortcut('stop', () => {
    if (isWorkspaceBeside()) return false
    close()
  })
  return (
    <section
      ref={panel}
      tabIndex={-1}
      data-region="workspace"
      aria-label={workspaceMessages.title}
      style={{ width }}
      className="flex min-h-0 flex-col border-line bg-panel max-xl:absolute! max-xl:inset-0 max-xl:z-10 max-xl:w-auto! xl:max-w-[50vw] xl:flex-none xl:border-l"
    >
      <PanelEdge width={width} onWidth={setWidth} />
      {children}
    </section>
  )
}
