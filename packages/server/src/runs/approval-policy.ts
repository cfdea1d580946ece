import { isDeepStrictEqual } from 'node:util'
import type { AnyTool, PendingCall } from '@reynard/agent'
import { type ApprovalFacts, approvalFactsSchema, type ToolCall } from '@reynard/protocol'
import type { RuleOfTool } from '../assistants/tool-rules.ts'

/**
 * Whether a person must be asked before a call, by what its tool declares: reading goes, and so does code behind a wall without network;
 * what changes files or leaves this machine is asked about. What a model claims plays no part.
 */
export function asksByEffect({ effect, level }: Pick<AnyTool, 'effect' | 'level'>): boolean {
  if (effect === 'read') return false
  if (effect === 'execute') return level !== 'L1' && level !== 'L3'
  return true
}

/** All that decides whether a call waits for a person; what a model claims plays no part. */
export type AskedBy = RuleOfTool & {
  tool: Pick<AnyTool, 'effect' | 'level' | 'approval'>
  /** The same call was under way when a server stopped. */
  repeatsInterrupted: boolean
  /** The person allowed the tool for all of this conversation. */
  allowedInChat: boolean
  /** The assistant's own definition says so. */
  assistantAsks: boolean
  readsOnly: boolean
  /** It reads a file that may hold secrets, and something in this chat may leave the machine unasked; or it leaves it after such a read. */
  readsSecret: boolean
  /** It works in a folder of this machine, where nothing is the assistant's own. */
  inFolder: boolean
  /** It changes files that the assistant made, and no others. */
  changesOwnFiles: boolean
}

/** Whether a person is asked before a call. First what nobody can loosen, then what the person said, from the narrow to the wide. */
export function asks(by: AskedBy): boolean {
  if (isAskedEachTime(by) || by.repeatsInterrupted) return true
  if (by.readsSecret) return true
  if (by.allowedInChat) return false
  if (by.own === 'ask' || by.assistantAsks) return true
  if (by.readsOnly) return false
  if (by.inFolder) return by.tool.effect !== 'read'
  if (by.own === 'allow') return false
  return !by.changesOwnFiles && asksByEffect(by.tool)
}

/** A yes to such a call reaches no further than the call. */
export function isAskedEachTime({ tool, operator }: Pick<AskedBy, 'tool' | 'operator'>): boolean {
  return operator === 'ask' || tool.approval === 'always'
}

/** Whether the same call was under way when a server stopped: then nobody knows whether it took effect, and only a person may repeat it. */
export function repeatsInterrupted(
  { tool, input }: PendingCall,
  interrupted: readonly Pick<ToolCall, 'name' | 'arguments'>[],
): boolean {
  if (tool.effect === 'read') return false
  return interrupted.some((before) => {
    if (before.name !== tool.name) return false
    const read = tool.input.safeParse(before.arguments)
    return !read.success || isDeepStrictEqual(read.data, input)
  })
}

/** What a person is asked about a tool that does not say it itself: its name in words, and its input line by line. */
export function plainFacts({ tool, input }: PendingCall): ApprovalFacts {
  return {
    wants: `use ${tool.name.replaceAll('_', ' ')}`,
    reason: null,
    writes: [],
    hosts: [],
    // Reading loses nothing. Of all else nobody said that it can come back.
    restorable: tool.effect === 'read' ? null : false,
    preview: { kind: 'text', text: Object.entries(input).map(inputLine).join('\n') },
  }
}

function inputLine([name, value]: [string, unknown]): string {
  return `${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`
}

const longest = { wants: 300, reason: 1_000 }

/**
 * Facts as they may stand in the log. What a tool says in another form is not shown in part: its input is shown instead. Only its words are
 * shortened: a name that a program chose must not hide what would be changed.
 */
export function checkedFacts(facts: ApprovalFacts, call: PendingCall): ApprovalFacts {
  const { wants, reason } = facts
  const checked = approvalFactsSchema.safeParse({
    ...facts,
    wants: shortened(wants, longest.wants),
    reason: reason === null ? null : shortened(reason, longest.reason),
  })
  return checked.success ? checked.data : plainFacts(call)
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`
}
