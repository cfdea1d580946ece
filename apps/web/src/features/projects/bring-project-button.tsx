'use client'
import { FolderGit2 } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { projectMessages } from '../../lib/messages-projects.ts'
import { useAssistantList } from '../assistants/use-assistants.ts'
import { setOverlay } from '../shell/overlay.ts'

/** Opens the ways to bring a project, into this chat or (null) a new one. Nothing where assistants or tools are switched off. */
export function BringProjectButton({ conversationId }: { conversationId: string | null }) {
  const list = useAssistantList()
  if (list?.enabled !== true || !list.toolsEnabled) return null
  return (
    <Button look="ghost" onClick={() => setOverlay({ kind: 'bring-project', chat: conversationId })}>
      <FolderGit2 size={16} strokeWidth={1.75} aria-hidden />
      {projectMessages.bring}
    </Button>
  )
}
