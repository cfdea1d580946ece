'use client'
import { useMutation } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { use } from 'react'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'
import { ChatProvider } from '../chat/chat-context.ts'
import { ICON } from '../chat/trail-row.tsx'
import { sayRefused } from './file-actions.ts'

/** The way back of what a call deleted where no state of the files is kept, as in a folder of this machine. */
export function PutBack({ trashId }: { trashId: string }) {
  const chat = use(ChatProvider)
  return chat === null ? null : <PutBackButton trashId={trashId} conversationId={chat.conversationId} />
}

function PutBackButton({ trashId, conversationId }: { trashId: string; conversationId: string }) {
  const trpc = useTRPC()
  const { mutate, isPending, isSuccess } = useMutation(trpc.assistant.workspace.putBack.mutationOptions())
  if (isSuccess) return null
  const putBack = () =>
    mutate(
      { conversationId, trashId },
      {
        onError: sayRefused,
        onSuccess: ({ path }) => showToast(workspaceMessages.isBack(plainText(path))),
      },
    )
  return (
    <div className="flex justify-end pb-1.5">
      <Button look="ghost" size="sm" disabled={isPending} onClick={putBack}>
        <History {...ICON} size={14} />
        {workspaceMessages.putBack}
      </Button>
    </div>
  )
}
