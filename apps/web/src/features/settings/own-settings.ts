import type { ConversationSettings } from '@reynard/protocol'

/** True where a chat asks something of its answers that others do not. Its model is not meant: that stands on the composer. */
export function hasOwnSettings({ systemPrompt, temperature, maxTokens, contextTokens }: ConversationSettings): boolean {
  return [systemPrompt, temperature, maxTokens, contextTokens].some((value) => value !== undefined && value !== null)
}
