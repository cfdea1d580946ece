import type { AnyTool } from '@reynard/agent'
import { type Db, deleteApprovalRule, listApprovalRules, listSettings, putSetting } from '@reynard/db'
import {
  AppError,
  type OperatorToolRule,
  type OperatorToolRules,
  type OwnToolRule,
  type OwnToolRules,
  ownToolRulesSchema,
  type ToolRules,
} from '@reynard/protocol'
import type { AuditLog } from '../audit/audit-log.ts'
import type { GroupDirectory } from '../groups/group-directory.ts'
import type { Clock } from '../runs/ports.ts'

type ToolOfRule = Pick<AnyTool, 'name' | 'effect' | 'group'>

/** What applies to a tool beyond what it declares and what its assistant says. Null: nothing. */
export type RuleOfTool = { operator: OperatorToolRule | null; own: OwnToolRule | null }

/** The rules by which calls go or wait: of the operator for everybody, and of each person for their own chats. */
export type ToolRuleService = {
  /**
   * Reads the person's rules once; each call of what it gives back asks the operator's anew, and those of the person's groups, so a change
   * counts at once.
   */
  of(ownerId: string): Promise<(tool: ToolOfRule) => RuleOfTool>
  list(ownerId: string): Promise<ToolRules>
  /** Null takes the person's rule away. Throws `bad-request` for a tool that is not here. */
  set(ownerId: string, tool: string, rule: OwnToolRule | null): Promise<void>
  /** Takes away what was allowed for all of a conversation; nothing happens where it was not. */
  removeFromChat(ownerId: string, conversationId: string, rule: string): Promise<void>
}

type Options = {
  db: Db
  audit: Pick<AuditLog, 'entry'>
  tools: readonly AnyTool[]
  clock: Clock
  operator(): OperatorToolRules
  /** What is for whom, and who is asked each time because of a group that they are in. */
  groups: Pick<GroupDirectory, 'mayUseTool' | 'isAskedAbout'>
}

const settingKey = 'tool-rules'

/** The stricter one of what the operator says of a tool by its name and by its effect. */
export function operatorRule(
  rules: OperatorToolRules,
  { name, effect }: Pick<AnyTool, 'name' | 'effect'>,
): OperatorToolRule | null {
  const both = [rules.tools[name], rules.effects[effect]]
  if (both.includes('off')) return 'off'
  return both.includes('ask') ? 'ask' : null
}

/** Rules over these tools; the operator's are read anew each time. */
export function createToolRuleService({ db, audit, tools, clock, operator, groups }: Options): ToolRuleService {
  const changing = new Map<string, Promise<void>>()

  /** The operator's word for everybody, tightened by what their groups say: a tool that is not for them is off. */
  function strictest(ownerId: string, tool: ToolOfRule): OperatorToolRule | null {
    if (!groups.mayUseTool(ownerId, tool)) return 'off'
    const rule = operatorRule(operator(), tool)
    return rule === null && groups.isAskedAbout(ownerId, tool) ? 'ask' : rule
  }

  /** The rules of the operator as they are for one person, who need not know of which group. */
  function operatorFor(ownerId: string): OperatorToolRules {
    const { effects, tools: named } = operator()
    const asked = tools.filter((tool) => strictest(ownerId, tool) === 'ask' && operatorRule(operator(), tool) === null)
    return { effects, tools: { ...named, ...Object.fromEntries(asked.map(({ name }) => [name, 'ask' as const])) } }
  }

  /** What can not be read counts as no rule at all: then the effect of a tool decides. */
  async function ownRules(ownerId: string): Promise<OwnToolRules> {
    const row = (await listSettings(db.kysely, ownerId)).find(({ key }) => key === settingKey)
    const parsed = ownToolRulesSchema.safeParse(row === undefined ? {} : JSON.parse(row.value))
    return parsed.success ? parsed.data : {}
  }

  async function change(ownerId: string, tool: string, rule: OwnToolRule | null): Promise<void> {
    const { [tool]: _before, ...others } = await ownRules(ownerId)
    const next = rule === null ? others : { ...others, [tool]: rule }
    const row = { scope: ownerId, key: settingKey, value: JSON.stringify(next), now: clock.now() }
    const entry = audit.entry('tool-rule-change', { object: { kind: 'tool', id: tool, name: tool }, details: { rule } })
    await db.commit([putSetting(db.kysely, row), entry])
  }

  return {
    async of(ownerId) {
      const own = await ownRules(ownerId)
      return (tool) => ({ operator: strictest(ownerId, tool), own: own[tool.name] ?? null })
    },
    async list(ownerId) {
      const chats = await listApprovalRules(db.kysely, ownerId)
      return {
        chats: chats.map(({ conversation_id, title, tool, created_at }) => ({
          conversationId: conversation_id,
          title,
          rule: tool,
          createdAt: created_at,
        })),
        own: await ownRules(ownerId),
        operator: operatorFor(ownerId),
      }
    },
    async set(ownerId, tool, rule) {
      if (rule !== null && !tools.some(({ name }) => name === tool)) {
        throw new AppError('bad-request', `There is no tool named ${tool} on this server.`)
      }
      // One after the other: each is made of what the one before left.
      const turn = (changing.get(ownerId) ?? Promise.resolve()).then(
        () => change(ownerId, tool, rule),
        () => change(ownerId, tool, rule),
      )
      changing.set(ownerId, turn)
      try {
        await turn
      } finally {
        if (changing.get(ownerId) === turn) changing.delete(ownerId)
      }
    },
    async removeFromChat(ownerId, conversationId, rule) {
      const entry = audit.entry('chat-rule-remove', {
        object: { kind: 'tool', id: rule, name: rule },
        details: { conversation: conversationId },
      })
      await db.commit([deleteApprovalRule(db.kysely, { ownerId, conversationId, tool: rule }), entry])
    },
  }
}
