'use client'
import { PanelRight } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { toggleWorkspace, useWorkspaceView } from './workspace-panel-state.ts'

/** Shows or hides the files of the chat. */
export function WorkspaceButton() {
  const isOpen = useWorkspaceView() !== null
  return (
    <IconButton
      label={messages.shell.workspace}
      shortcut="toggle-workspace"
      aria-expanded={isOpen}
      data-workspace-toggle=""
      className="max-sm:size-11"
      onClick={toggleWorkspace}
    >
      <PanelRight size={16} strokeWidth={1.75} aria-hidden />
    </IconButton>
  )
}
