'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { useAssistantList, useChatAssistant } from '../assistants/use-assistants.ts'
import { type DraftFile, draftFiles } from '../attachments/draft-files.ts'
import { estimateFileTokens } from '../attachments/estimate-file-tokens.ts'
import { useChatModel, useChatSettings } from '../models/use-models.ts'
import { useKept } from './composer-storage.ts'
import { type ContextUse, contextUse, estimateTokens, type RunContext } from './estimate-tokens.ts'

const NONE: DraftFile[] = []

/** The window with what is being written and attached in it: as the last run reported it, before the first run from the chat's model and settings. */
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
  const attached = useKept(draftFiles, conversationId, NONE)
  const uploads = attached.flatMap(({ upload, isSent }) => (upload === null || isSent ? [] : [upload]))
  const { assistant } = useChatAssistant(conversationId)
  const list = useAssistantList()
  const tools = list?.toolsEnabled ? list.tools.filter((tool) => assistant?.tools.includes(tool.name)) : []
  const given = tools.filter(({ unavailable }) => unavailable === null)
  const budget = window === null ? null : Math.min(window, settings.contextTokens ?? window)
  const windowTokens = context?.budget ?? budget
  const files =
    windowTokens === null
      ? 0
      : estimateFileTokens(uploads, {
          windowTokens,
          hasTools: assistant?.tools.includes('read_file') === true,
          vision: info?.capabilities.includes('vision') === true,
        })
  return contextUse({
    context,
    budget,
    reserved: settings.maxTokens ?? defaults?.maxTokens ?? 0,
    // The operator's instructions are for the bare model: an assistant has its own.
    system:
      (assistant?.instructionsTokens ?? 0) +
      estimateTokens(settings.systemPrompt ?? (assistant === null ? defaults?.systemPrompt : null) ?? ''),
    tools: given.reduce((sum, { tokens }) => sum + tokens, 0),
    draft: draftTokens + files,
  })
}
