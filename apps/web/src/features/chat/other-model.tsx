'use client'
import type { RunView } from '@reynard/protocol'
import { Replace } from 'lucide-react'
import { chatMessages } from '../../lib/messages-chat.ts'
import { useModelLabel, useModels } from '../models/use-models.ts'
import { useChat } from './chat-context.ts'
import { ICON, TrailRow } from './trail-row.tsx'

/** Another model answered than the one that was asked for, or that answered before: that one is not here. */
export function OtherModel({ run, messageId }: { run: RunView; messageId: string }) {
  const { modelBefore } = useChat()
  const models = useModels()
  const label = useModelLabel(run.model)
  const before = modelBefore(messageId)
  const isGone = before !== null && models?.every((model) => model.name !== before)
  const missing = run.requestedModel ?? (isGone ? before : null)
  if (missing === null || label === null || missing === run.model) return null
  return (
    <TrailRow icon={<Replace {...ICON} />}>
      <span className="text-xs text-ink-3">{chatMessages.otherModel(missing, label)}</span>
    </TrailRow>
  )
}
