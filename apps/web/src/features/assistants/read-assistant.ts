import { type AssistantDefinition, assistantDefinitionSchema } from '@reynard/protocol'

/** The assistant in a file's text, or null where it holds none. Loaded on demand, for its schemas. */
export function readAssistant(text: string): AssistantDefinition | null {
  try {
    return assistantDefinitionSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
