import type { ModelUses } from '@reynard/protocol'
import { adminModelsMessages } from '../../lib/messages-admin-models.ts'

const text = adminModelsMessages

/** Who goes by the name of a model: assistants by theirs, chats by number. */
export function ModelUsesText({ uses: { isDefault, assistants, chats, people } }: { uses: ModelUses }) {
  const lines = [
    isDefault ? text.usesDefault : null,
    assistants.length > 0 ? text.usesAssistants(assistants) : null,
    chats > 0 ? text.usesChats(chats, people) : null,
  ].filter((line) => line !== null)
  if (lines.length === 0) return <p className="text-sm text-ink-2">{text.usesNone}</p>
  return (
    <ul className="grid gap-1 text-sm text-ink-2">
      {lines.map((line) => (
        <li key={line} className="[overflow-wrap:anywhere]">
          {line}
        </li>
      ))}
    </ul>
  )
}
