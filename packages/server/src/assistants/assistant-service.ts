import type { AnyTool, runTurn } from '@reynard/agent'
import type { Assistant, AssistantDefinition, AssistantList, KeptAssistant } from '@reynard/protocol'
import type { RuleOfTool } from './tool-rules.ts'

/** Who answers in a run, with what it is given: unknown, unavailable and switched-off tools are left out. */
export type RunAssistant = {
  id: string
  name: string
  /** Null: nothing beyond what the chat itself says. */
  instructions: string | null
  model: string | null
  parameters: AssistantDefinition['parameters']
  tools: readonly AnyTool[]
  /** Its own way through a turn; null: steps of calls and an answer. */
  run: typeof runTurn | null
  /** Names of tools that a person is asked about each time, whatever they do. */
  alwaysAsk: ReadonlySet<string>
  /** What the operator and the person say of a tool. */
  ruleOf(tool: AnyTool): RuleOfTool
}

/** Assistants that came with the server and those that a person made. What belongs to somebody else is `not-found`. */
export type AssistantService = {
  /** Every tool there is here, whichever assistant has it and whether or not it is switched on. */
  readonly tools: readonly AnyTool[]
  list(ownerId: string): Promise<AssistantList>
  byId(ownerId: string, id: string): Promise<Assistant>
  /** Throws `bad-request` when one has too many, `conflict` where its name looks like that of one that came with the server. */
  create(ownerId: string, definition: AssistantDefinition): Promise<KeptAssistant>
  /** `forbidden` for what came with the server, `conflict` as above. */
  update(ownerId: string, id: string, definition: AssistantDefinition): Promise<KeptAssistant>
  /** It can be had back for a while. */
  remove(ownerId: string, id: string): Promise<void>
  /** Brings back what was removed. Throws `not-found` where the time for that is over. */
  restore(ownerId: string, id: string): Promise<void>
  /** For a run that is to begin; null where assistants are switched off. Throws `not-found` where it is gone. */
  forRun(ownerId: string, id: string): Promise<RunAssistant | null>
}
