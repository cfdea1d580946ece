import type { runTurn } from '../loop/run-turn.ts'

/** An assistant that comes with Reynard. People's own ones are data, and live in the database. */
export type BuiltInAssistant = {
  /** Stays the same for ever: conversations and other apps name it. */
  id: string
  name: string
  /** One line, where assistants are chosen. */
  description: string
  /** Its mark. */
  avatar: 'fox' | 'wolf'
  /** What the model reads before everything else. Short: it stands in every window, small ones too. */
  systemPrompt: string
  /** Counts up with each change of the prompt that may change answers. */
  version: number
  /** Names from `tools/registry.ts`. */
  tools: readonly string[]
  /** Where neither the chat nor the person says otherwise. Temperature has no unit. */
  defaults?: { temperature?: number; maxTokens?: number }
  /** Its own way through a turn, where steps of calls and an answer are not enough. */
  run?: typeof runTurn
}
