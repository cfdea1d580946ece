'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { useChatModel, useChatSettings } from '../models/use-models.ts'
import { type ContextUse, contextUse, type RunContext } from './estimate-tokens.ts'

/** The window with what is being written in it: as the last run reported it, before the first run from the chat's model and settings. */
export function useComposerContext(
  conversationId: string | null,
  context: RunContext | null,
  draftTokens: number,
): ContextUse | null {
  const trpc = useTRPC()
  const { settings } = useChatSettings(conversationId)
  const { info } = useChatModel(conversationId)
  const defaults = useQuery({ ...trpc.chat.defaults.queryOptions(), enabled: context === null }).data
  const window = info?.contextTokens ?? info?.contextTokensMax ?? null
  return contextUse({
    context,
    budget: window === null ? null : Math.min(window, settings.contextTokens ?? window),
    reserved: settings.maxTokens ?? defaults?.maxTokens ?? 0,
    system: settings.systemPrompt ?? defaults?.systemPrompt ?? '',
    draft: draftTokens,
  })
}
