import { z } from 'zod'
import { idSchema } from './conversation.ts'
import { toolEffectSchema } from './tool.ts'

const toolNameSchema = z.string().regex(/^[A-Za-z0-9_]{1,64}$/)

/** What an operator says of tools for everybody: asked about each time, or not given to any assistant. There is no rule that loosens. */
export const operatorToolRuleSchema = z.enum(['ask', 'off'])
export type OperatorToolRule = z.infer<typeof operatorToolRuleSchema>

/** By what tools do, and by their names; of two that meet the stricter one counts. */
export const operatorToolRulesSchema = z.object({
  effects: z.partialRecord(toolEffectSchema, operatorToolRuleSchema).default({}),
  tools: z
    .record(toolNameSchema, operatorToolRuleSchema)
    .refine((tools) => Object.keys(tools).length <= 500, 'There are 500 rules at most.')
    .default({}),
})
export type OperatorToolRules = z.infer<typeof operatorToolRulesSchema>

/** What a person says of a tool for all of their chats. `allow`: it goes without asking, where no stricter rule stands against it. */
export const ownToolRuleSchema = z.enum(['allow', 'ask', 'off'])
export type OwnToolRule = z.infer<typeof ownToolRuleSchema>

/** By the tool's name. */
export const ownToolRulesSchema = z
  .record(toolNameSchema, ownToolRuleSchema)
  .refine((rules) => Object.keys(rules).length <= 500, 'There are 500 rules at most.')
export type OwnToolRules = z.infer<typeof ownToolRulesSchema>

/** Null takes the rule away. */
export const setToolRuleInputSchema = z.object({ tool: toolNameSchema, rule: ownToolRuleSchema.nullable() })
export const removeChatRuleInputSchema = z.object({ conversationId: idSchema, rule: z.string().min(1).max(600) })

/**
 * What a person may see of the rules by which calls go or wait. `chats`: what they allowed for all of one conversation; `rule` is the
 * name of a tool, perhaps with what its calls have in common.
 */
export type ToolRules = {
  chats: { conversationId: string; title: string; rule: string; createdAt: number }[]
  own: OwnToolRules
  operator: OperatorToolRules
}
