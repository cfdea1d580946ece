'use client'
import type { ConversationSettings, ModelInfo, SystemStatus } from '@reynard/protocol'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { setDraftSettings, useDraftSettings } from '../../lib/draft-settings.ts'

/** Engines, slots, downloads, the way to a first model. Asked once; `useLiveUpdates` keeps it fresh. Undefined until the server answered. */
export function useStatus(): SystemStatus | undefined {
  const trpc = useTRPC()
  return useQuery(trpc.chat.status.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY })).data
}

/** Every model that can answer here. */
export function useModels(): ModelInfo[] | undefined {
  const trpc = useTRPC()
  return useQuery(trpc.chat.models.queryOptions()).data
}

/** The same, read again each time that the caller comes on screen: whoever opens the list wants to see what is there now. */
export function useFreshModels(): ModelInfo[] | undefined {
  const trpc = useTRPC()
  return useQuery(trpc.chat.models.queryOptions(undefined, { refetchOnMount: 'always' })).data
}

/** What people call a model; its name where it is not here (any more). Null for null. */
export function useModelLabel(name: string | null): string | null {
  const trpc = useTRPC()
  const label = useQuery(
    trpc.chat.models.queryOptions(undefined, {
      select: (models) => models.find((model) => model.name === name)?.label,
    }),
  ).data
  return label ?? name
}

/**
 * The settings of a chat (null: of the one that is about to begin) and how to change them. A change shows at once and is taken back
 * where the server refuses it.
 */
export function useChatSettings(conversationId: string | null): {
  settings: ConversationSettings
  change: (settings: ConversationSettings) => void
} {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const draft = useDraftSettings()
  const options = trpc.chat.byId.queryOptions({ id: conversationId ?? '' })
  const conversation = useQuery({ ...options, enabled: conversationId !== null }).data
  const update = useMutation(
    trpc.chat.update.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: options.queryKey }),
    }),
  )
  if (conversationId === null) return { settings: draft, change: setDraftSettings }
  return {
    settings: conversation?.settings ?? {},
    change: (settings) => {
      queryClient.setQueryData(options.queryKey, (before) => before && { ...before, settings })
      update.mutate({ id: conversationId, settings })
    },
  }
}

/** The model that answers in a chat: its own choice, else the server's default. Null where there is none yet. */
export function useChatModel(conversationId: string | null): { name: string | null; info: ModelInfo | undefined } {
  const { settings } = useChatSettings(conversationId)
  const status = useStatus()
  const models = useModels()
  const name = settings.model ?? status?.defaultModel ?? null
  return { name, info: models?.find((model) => model.name === name) }
}
