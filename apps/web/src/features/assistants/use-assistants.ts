'use client'
import type { AssistantList, AssistantSummary } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { useChatSettings } from '../models/use-models.ts'

const NONE: AssistantSummary[] = []

/** Assistants that can be chosen, and the tools that one can be given. Undefined until the server answered. */
export function useAssistantList(): AssistantList | undefined {
  const trpc = useTRPC()
  return useQuery(trpc.assistant.list.queryOptions()).data
}

/** The same without the tools; none until the server answered, and where they are switched off. */
export const useAssistants = (): AssistantSummary[] => useAssistantList()?.assistants ?? NONE

/** False until the server said which assistants there are: what stands after them is not in sight before, so that nothing moves. */
export function useAreAssistantsKnown(): boolean {
  const trpc = useTRPC()
  return !useQuery(trpc.assistant.list.queryOptions()).isPending
}

/** Who answers in a chat (null: in the one that is about to begin), and how to choose another. Null: the bare model. */
export function useChatAssistant(conversationId: string | null): {
  assistant: AssistantSummary | null
  choose: (id: string | null) => void
} {
  const assistants = useAssistants()
  const { settings, change } = useChatSettings(conversationId)
  return {
    assistant: assistants.find(({ id }) => id === settings.assistant) ?? null,
    choose: (id) => change({ ...settings, assistant: id }),
  }
}
