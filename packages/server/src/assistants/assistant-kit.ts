import type { AnyTool, BuiltInAssistant } from '@reynard/agent'

/** What assistants are made of here. */
export type AssistantKit = {
  assistants: readonly BuiltInAssistant[]
  tools: readonly AnyTool[]
}

/** What the operator switched on; read anew each time. */
export type AssistantSwitches = { assistants: boolean; tools: boolean }
