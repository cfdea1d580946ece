import { Button } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { workspaceMessages } from '../../lib/messages-workspace.ts'

/** A part that could not be read, and the way to try again. `why`: what the server said. */
export function WorkspaceFailed({ why, onRetry }: { why?: string | undefined; onRetry: () => void }) {
  return (
    <div role="alert" className="grid justify-items-start gap-2 py-1 text-sm text-ink-2">
      <p>{why ?? workspaceMessages.failed}</p>
      <Button size="sm" onClick={onRetry}>
        {messages.common.tryAgain}
      </Button>
    </div>
  )
}
