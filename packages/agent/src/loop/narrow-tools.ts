import type { ToolGroup } from '@reynard/protocol'
import type { AgentMessage } from '../fit-context.ts'
import type { AnyTool } from '../tools/tool.ts'

/** Definitions of tools take at most this part of the window. */
export const toolShare = 0.25

/** What a question says when it needs a group. In the order in which groups are given when it says nothing. */
const cues: Record<ToolGroup, RegExp> = {
  file_ops:
    /\b(files?|folders?|director(?:y|ies)|read|open|write|save|edit|rename|move|delete|datei|ordner|lies|schreib\w*|lösch\w*)\b|\b[\w-]+\.[a-z]{1,5}\b/gi,
  search: /\b(find|search|grep|where|occurrences?|look\s?up|web|internet|news|such\w*|find\w*|wo)\b/gi,
  code_execution:
    /\b(run|execute|calculate|compute|script|python|javascript|simulate|convert|rechn\w*|berechn\w*)\b|\d\s*[-+*/^]\s*\d/gi,
  data_analysis:
    /\b(csv|tsv|parquet|xlsx|json|tables?|columns?|rows?|sql|average|mean|median|sum|chart|plot|graph|diagram\w*|statistics?|data|daten|tabelle)\b/gi,
  code_analysis:
    /\b(functions?|class(?:es)?|symbols?|refactor\w*|lint\w*|complexity|outline|bugs?|code|review|optimi[sz]e)\b/gi,
  testing: /\b(tests?|failing|fails?|coverage|assert\w*|pytest|vitest|jest|spec)\b/gi,
  version_control: /\b(git|commits?|branch(?:es)?|diff|blame|history|merge|changed|changes)\b/gi,
  memory: /\b(remember|memor\w*|forget|my|mein\w*|merk\w*)\b/gi,
  documentation: /\b(document\w*|docs|readme|docstrings?|comments?|api|dokument\w*)\b/gi,
}
const order = Object.keys(cues)

/** `leftOut`: names of the tools that found no room, in the order of the list. */
export type NarrowedTools = { kept: AnyTool[]; leftOut: string[] }

/**
 * The tools that fit into `budgetTokens`, chosen by group: those that were used before in this conversation, then those that the
 * question speaks of, then the rest. A group that does not fit whole gives as many of its tools as do.
 */
export function narrowTools(
  tools: readonly AnyTool[],
  messages: readonly AgentMessage[],
  budgetTokens: number,
  tokensOf: (tool: AnyTool) => number,
): NarrowedTools {
  const used = new Set(
    messages.flatMap((message) => message.steps ?? []).flatMap((step) => step.calls.map(({ name }) => name)),
  )
  const question = lastQuestions(messages)
  const weight = (group: ToolGroup) => {
    const usedBefore = tools.some((tool) => tool.group === group && used.has(tool.name))
    return (usedBefore ? 1_000 : 0) + (question.match(cues[group])?.length ?? 0)
  }
  const groups = [...new Set(tools.map((tool) => tool.group))]
    .map((group) => ({ group, weight: weight(group) }))
    .sort((a, b) => b.weight - a.weight || order.indexOf(a.group) - order.indexOf(b.group))

  let free = budgetTokens
  const kept = new Set<AnyTool>()
  for (const { group } of groups) {
    for (const tool of tools.filter((each) => each.group === group)) {
      const tokens = tokensOf(tool)
      if (tokens > free) continue
      free -= tokens
      kept.add(tool)
    }
  }
  return {
    kept: tools.filter((tool) => kept.has(tool)),
    leftOut: tools.filter((tool) => !kept.has(tool)).map((tool) => tool.name),
  }
}

/** The last two: a short one ("yes, do it") means what the one before it meant. */
function lastQuestions(messages: readonly AgentMessage[]): string {
  return messages
    .filter((message) => message.role === 'user')
    .slice(-2)
    .map((message) => [message.text.slice(0, 4_000), ...(message.files?.paths ?? [])].join(' '))
    .join('\n')
}
