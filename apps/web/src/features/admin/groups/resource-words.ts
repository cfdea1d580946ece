import type { AccessRule, AssistantSummary, Resource } from '@reynard/protocol'
import { toolGroupNames } from '../../../lib/messages-tool-groups.ts'

/** What a rule is about, as people call it. */
export function resourceWords(
  { kind, name }: Pick<AccessRule, 'kind' | 'name'>,
  assistants: readonly AssistantSummary[],
) {
  if (kind === 'assistant') return assistants.find(({ id }) => id === name)?.name ?? name
  if (kind === 'tool-group') return (toolGroupNames as Record<string, string>)[name] ?? name
  return name
}

/** Rules come from the server, which took no other names. */
export function asResource({ kind, name }: Pick<AccessRule, 'kind' | 'name'>): Resource {
  return { kind, name } as Resource
}
