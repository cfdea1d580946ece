import type { ApprovalFacts, SandboxLevel, ToolDisplay, ToolEffect, ToolGroup, ToolTitle } from '@reynard/protocol'
import type { SandboxLanguage, SandboxSession } from '@reynard/sandbox'
import type { z } from 'zod'
import type { ToolSession } from './tool-session.ts'

/**
 * What a call gives back: `content` for the model, `display` for the person. The loop caps and cleans both, and keeps what it cuts as a file.
 * `full`: all that there is, where `content` is only a part of it. `truncated`: even that is not all.
 */
export type ToolOutput = { content: string; display: ToolDisplay; full?: string; truncated?: boolean }

/** What an operator may have switched off, or not set up; `folder`: a chat that works in a folder of this machine. */
export type ToolNeed = 'web-search' | 'folder' | 'memory'

/** What a call has beside its input: the session is all that it can reach. `signal` aborts at a cancel and at the deadline. */
export type ToolCallContext = {
  session: ToolSession
  signal: AbortSignal
  /** What this call has in all, milliseconds: a program that it starts is given as much, since what is waited for counts too. */
  timeoutMs: number
  /** The walls, as far as the tool declared them: another level or language is refused. */
  sandbox: SandboxSession
  /** Shown to the person while it runs. */
  print(text: string): void
  /** Characters of a result that the model reads at once: what is longer is kept as a file. */
  readable?: number
}

/**
 * Something that an assistant can do. What it declares is what the policy goes by: `effect` decides whether a person is asked, `level` is
 * the wall behind which it runs. `execute` throws an `Error` whose message says to the model what went wrong.
 */
export type Tool<Input extends z.ZodObject = z.ZodObject> = {
  /** Letters, digits and `_`: models know it by this name. */
  name: string
  group: ToolGroup
  effect: ToolEffect
  level: SandboxLevel
  /** What code it runs for the model, if any. */
  languages?: readonly SandboxLanguage[]
  /** What else of the server it can't do without. */
  needs?: readonly ToolNeed[]
  /** For the model: when to use it, and what it gives back. */
  description: string
  input: Input
  /** The deadline of one call, waiting for a place behind the walls included, unless the operator sets another. Milliseconds. */
  timeoutMs: number
  /** `always`: a person is asked about each call, whatever rules there are, and a yes counts for that one. */
  approval?: 'always'
  title(input: z.infer<Input>): ToolTitle
  /** Whether this input only looks: then it goes as what reads does, whatever the tool's effect. */
  readsOnly?(input: z.infer<Input>): boolean
  /** Files of which it gives the content back: in a folder of this machine those that may hold secrets are asked about where they could leave it. */
  reads?(input: z.infer<Input>): string[]
  /** Files of the workspace that it changes: a person is asked before those that they brought. */
  changes?(input: z.infer<Input>): string[]
  /** What a yes for the whole conversation covers, in words, where that is less than every call: it is asked again for other words. */
  covers?(input: z.infer<Input>, session: ToolSession): string
  /** Why this call can't be made at all, in words for the model; asked before a person is. Null: it can. */
  refuses?(input: z.infer<Input>, session: ToolSession): Promise<string | null>
  /** What a person is asked, exactly. Without it the input is shown as it is. */
  facts?(input: z.infer<Input>, session: ToolSession): Promise<ApprovalFacts>
  execute(input: z.infer<Input>, context: ToolCallContext): Promise<ToolOutput>
}

/** A tool with its input type forgotten, as a registry holds it: it parses what it is given. */
export type AnyTool = Omit<
  Tool,
  'title' | 'readsOnly' | 'reads' | 'changes' | 'covers' | 'refuses' | 'facts' | 'execute'
> & {
  title(input: Record<string, unknown>): ToolTitle
  readsOnly?(input: Record<string, unknown>): boolean
  reads?(input: Record<string, unknown>): string[]
  changes?(input: Record<string, unknown>): string[]
  covers?(input: Record<string, unknown>, session: ToolSession): string
  refuses?(input: Record<string, unknown>, session: ToolSession): Promise<string | null>
  facts?(input: Record<string, unknown>, session: ToolSession): Promise<ApprovalFacts>
  execute(input: Record<string, unknown>, context: ToolCallContext): Promise<ToolOutput>
}

/** Makes a tool for the registry. Each method parses its input anew, so that nothing unchecked ever reaches the tool. */
export function defineTool<Input extends z.ZodObject>(tool: Tool<Input>): AnyTool {
  const { title, readsOnly, reads, changes, covers, refuses, facts, execute, ...rest } = tool
  return {
    ...rest,
    title: (input) => title(tool.input.parse(input)),
    ...(readsOnly && { readsOnly: (input) => readsOnly(tool.input.parse(input)) }),
    ...(reads && { reads: (input) => reads(tool.input.parse(input)) }),
    ...(changes && { changes: (input) => changes(tool.input.parse(input)) }),
    ...(covers && { covers: (input, session) => covers(tool.input.parse(input), session) }),
    ...(refuses && { refuses: (input, session) => refuses(tool.input.parse(input), session) }),
    ...(facts && { facts: (input, session) => facts(tool.input.parse(input), session) }),
    execute: (input, context) => execute(tool.input.parse(input), context),
  }
}
