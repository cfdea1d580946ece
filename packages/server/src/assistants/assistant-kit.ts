import type { AnyTool } from '@reynard/agent'

/** An assistant that comes with the server: words for the model, and the names of its tools. */
export type BuiltInAssistant = {
  id: string
  name: string
  description: string
  systemPrompt: string
  tools: readonly string[]
  defaults?: { temperature?: number; maxTokens?: number }
}

/** What assistants are made of here. */
export type AssistantKit = {
  assistants: readonly BuiltInAssistant[]
  tools: readonly AnyTool[]
}

/** What the operator switched on; read anew each time. */
export type AssistantSwitches = { assistants: boolean; tools: boolean }
