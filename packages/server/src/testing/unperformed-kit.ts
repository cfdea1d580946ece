import { ASSISTANTS, TOOLS } from '@reynard/agent'
import type { AssistantKit } from '../assistants/assistant-kit.ts'

/** What Reynard comes with, of which nothing is done: for measuring what models call. */
export function createUnperformedKit(): AssistantKit {
  const tools = TOOLS.map((tool) => ({
    ...tool,
    execute: () => Promise.reject(new Error('Nothing is done here: calls are only counted.')),
  }))
  return { assistants: ASSISTANTS, tools }
}
