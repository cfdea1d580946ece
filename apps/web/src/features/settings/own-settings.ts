import type { ConversationSettings } from '@reynard/protocol'

/** True where a chat asks something of its answers that others do not. Its model is not meant: that stands on the composer. */
export function hasOwnSettings(settings: ConversationSettings): boolean {
  const { systemPrompt, temperature, maxTokens, contextTokens, memory, summaries } = settings
  return [systemPrompt, temperature, maxTokens, contextTokens, memory, summaries].some(
    (value) => value !== undefined && value !== null,
  )
}
