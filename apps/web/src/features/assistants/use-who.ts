'use client'
import type { RunView } from '@reynard/protocol'
import { use } from 'react'
import { messages } from '../../lib/messages.ts'
import { plainText } from '../../lib/plain-text.ts'
import { useRunPart } from '../../lib/run-store/use-run.ts'
import { ChatProvider } from '../chat/chat-context.ts'
import { useChatModel, useModelLabel } from '../models/use-models.ts'
import { useAssistants } from './use-assistants.ts'

const idOf = (run: RunView) => run.assistant?.id ?? null
const nameOf = (run: RunView) => run.assistant?.name ?? null

/** What the mark of a bare model goes by. */
export const BARE_MODEL = ''
const modelOf = (run: RunView) => run.model

/** Who answers in a run: an assistant as it was called then, or, where there is none, the model by its name. */
export function useWho(run: RunView | null): { id: string; name: string; letter: string; picture: string | null } {
  const id = useRunPart(run, idOf)
  const assistantName = useRunPart(run, nameOf)
  const modelName = useModelName(useRunPart(run, modelOf))
  const known = useAssistants().find((assistant) => assistant.id === id)
  if (id === null) return { id: BARE_MODEL, name: modelName, letter: '', picture: null }
  const name = plainText(assistantName ?? messages.common.appName)
  return { id, name, letter: known?.letter ?? [...name][0] ?? '?', picture: known?.picture ?? null }
}

/** What people call the model of a run; before one has taken it up, the model of the chat. */
function useModelName(model: string | null): string {
  const chat = use(ChatProvider)
  const { name, info } = useChatModel(chat?.conversationId ?? null)
  const label = useModelLabel(model)
  return label ?? info?.label ?? name ?? messages.assistants.theModel
}
