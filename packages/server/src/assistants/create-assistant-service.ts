import { type AnyTool, type BuiltInAssistant, roughTokens, toolTokens } from '@reynard/agent'
import {
  type AssistantRow,
  type Db,
  findAssistant,
  insertAssistant,
  listAssistants,
  setAssistantDeleted,
  updateAssistant,
} from '@reynard/db'
import {
  AppError,
  type Assistant,
  type AssistantDefinition,
  assistantDefinitionSchema,
  hasVisible,
  lookOf,
  type MissingHere,
} from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import type { GroupDirectory } from '../groups/group-directory.ts'
import { asksByEffect } from '../runs/approval-policy.ts'
import type { Clock, RunLogger } from '../runs/ports.ts'
import type { AssistantKit, AssistantSwitches } from './assistant-kit.ts'
import type { AssistantService, RunAssistant } from './assistant-service.ts'
import type { RuleOfTool, ToolRuleService } from './tool-rules.ts'
import type { ToolSessions } from './tool-sessions.ts'

type Options = {
  db: Db
  kit: AssistantKit
  unavailable: ToolSessions['unavailable']
  switches(): AssistantSwitches
  /** Whether an engine of this server has this model now. */
  hasModel(name: string): boolean
  rules: Pick<ToolRuleService, 'of'>
  /** What is for whom. */
  groups: Pick<GroupDirectory, 'mayUse' | 'mayUseTool'>
  clock: Clock
  logger: RunLogger
}

type RuleOf = (tool: AnyTool) => RuleOfTool

const mostPerOwner = 200

const gone = () =>
  new AppError('not-found', 'This assistant is not here. It may have been deleted; choose another one.')

/** An assistant that came with the server, as its own definition: so it can be copied like any other. */
function fromBuiltIn(builtIn: BuiltInAssistant): Assistant {
  const { id, name, description, systemPrompt, tools, defaults = {} } = builtIn
  const definition: AssistantDefinition = {
    name,
    letter: [...name][0] ?? '?',
    picture: null,
    description,
    instructions: systemPrompt,
    model: null,
    parameters: defaults,
    tools: Object.fromEntries(tools.map((tool) => [tool, 'default' as const])),
  }
  return { ...toAssistant(id, definition, null), avatar: builtIn.avatar, version: builtIn.version }
}

/** Kept before a name had to be seen: its owner can find it and name it anew. */
function withMarks(kept: unknown): unknown {
  if (typeof kept !== 'object' || kept === null) return kept
  const seen = (key: string, instead: string) => {
    const value: unknown = Reflect.get(kept, key)
    return typeof value === 'string' && !hasVisible(value) ? { [key]: instead } : {}
  }
  return { ...kept, ...seen('name', 'Without a name'), ...seen('letter', '?') }
}

function toAssistant(id: string, definition: AssistantDefinition, updatedAt: number | null): Assistant {
  const { name, letter, picture, description, model } = definition
  const tools = Object.keys(definition.tools).filter((tool) => definition.tools[tool] !== 'off')
  return {
    id,
    builtIn: updatedAt === null,
    name,
    letter,
    picture,
    avatar: null,
    description,
    model,
    tools,
    instructionsTokens: roughTokens(definition.instructions),
    updatedAt,
    definition,
    version: null,
  }
}

/** Lists, keeps and resolves assistants. */
export function createAssistantService({ db, kit, rules, groups, ...options }: Options): AssistantService {
  const { switches, clock, logger } = options
  const builtIns = new Map(kit.assistants.map((builtIn) => [builtIn.id, fromBuiltIn(builtIn)]))

  const tokensOf = new Map(kit.tools.map((tool) => [tool, toolTokens(tool)]))
  const runs = new Map(kit.assistants.map((builtIn) => [builtIn.id, builtIn.run]))

  /** Null for a row that a newer server wrote in a form that this one can't read: it is left alone. */
  function fromRow(row: AssistantRow): Assistant | null {
    const parsed = assistantDefinitionSchema.safeParse(withMarks(JSON.parse(row.definition)))
    if (parsed.success) return toAssistant(row.id, parsed.data, row.updated_at)
    logger.warn({ assistantId: row.id }, 'an assistant can not be read; it is left out')
    return null
  }

  const isFor = (ownerId: string, { id: name }: Assistant) => groups.mayUse(ownerId, { kind: 'assistant', name })

  async function find(ownerId: string, id: string): Promise<Assistant> {
    const builtIn = builtIns.get(id)
    if (builtIn !== undefined) {
      if (isFor(ownerId, builtIn)) return builtIn
      const { name } = builtIn
      throw new AppError(
        'forbidden',
        `${name} is not for you on this server. Choose another assistant, or ask an admin.`,
      )
    }
    const row = await findAssistant(db.kysely, ownerId, id)
    const own = row === undefined ? null : fromRow(row)
    if (own === null) throw gone()
    return own
  }

  /** One's own: what came with the server is nobody's to change. */
  async function mustOwn(ownerId: string, id: string): Promise<void> {
    if (!(await find(ownerId, id)).builtIn) return
    throw new AppError('forbidden', 'This assistant came with Reynard and can not be changed. Duplicate it instead.')
  }

  /** A name that passes for one that came with the server would speak with its standing. */
  function mustBeOwnName(name: string): void {
    const shipped = kit.assistants.find((builtIn) => lookOf(builtIn.name) === lookOf(name))
    if (shipped === undefined) return
    throw new AppError(
      'conflict',
      `${shipped.name} is an assistant that came with the server. Give yours another name.`,
    )
  }

  function missingHere({ tools, model }: AssistantDefinition): MissingHere {
    return {
      tools: Object.keys(tools).filter(
        (name) => tools[name] !== 'off' && !kit.tools.some((tool) => tool.name === name),
      ),
      model: model === null || options.hasModel(model) ? null : model,
    }
  }

  /** In the order in which the server lists its tools, whatever the definition says. */
  async function toolsOf({ definition }: Assistant, ruleOf: RuleOf): Promise<AnyTool[]> {
    if (!switches().tools) return []
    const tools: AnyTool[] = []
    for (const tool of kit.tools) {
      if ((definition.tools[tool.name] ?? 'off') === 'off') continue
      if ((await whyUnavailable(tool, ruleOf(tool))) === null) tools.push(tool)
    }
    return tools
  }

  const toolsFor = (ownerId: string) => kit.tools.filter((tool) => groups.mayUseTool(ownerId, tool))

  async function whyUnavailable(tool: AnyTool, { operator, own }: RuleOfTool): Promise<string | null> {
    if (operator === 'off') return 'It is switched off on this server.'
    if (own === 'off') return 'You switched it off for all of your chats.'
    return await options.unavailable(tool)
  }

  return {
    tools: kit.tools,
    async list(ownerId) {
      const { assistants: enabled, tools: toolsEnabled } = switches()
      const own = enabled ? (await listAssistants(db.kysely, ownerId)).flatMap((row) => fromRow(row) ?? []) : []
      const ruleOf = await rules.of(ownerId)
      const all = enabled ? [...[...builtIns.values()].filter((each) => isFor(ownerId, each)), ...own] : []
      return {
        enabled,
        toolsEnabled,
        assistants: all.map(({ definition: _definition, version: _version, ...summary }) => summary),
        tools: await Promise.all(
          toolsFor(ownerId).map(async (tool) => {
            const { name, group, effect, level, description, timeoutMs, approval } = tool
            return {
              name,
              group,
              effect,
              level,
              description,
              seconds: Math.round(timeoutMs / 1000),
              asks: approval === 'always' || asksByEffect(tool),
              ...(approval === 'always' && { asksAlways: true }),
              unavailable: await whyUnavailable(tool, ruleOf(tool)),
              tokens: tokensOf.get(tool) ?? 0,
            }
          }),
        ),
      }
    },
    byId: find,
    async create(ownerId, definition) {
      mustBeOwnName(definition.name)
      if ((await listAssistants(db.kysely, ownerId)).length >= mostPerOwner) {
        throw new AppError('bad-request', `There are ${mostPerOwner} assistants already. Delete one that is not used.`)
      }
      const [id, now] = [newId(), clock.now()]
      const row = { id, owner_id: ownerId, definition: JSON.stringify(definition), created_at: now, updated_at: now }
      await db.commit([insertAssistant(db.kysely, { ...row, deleted_at: null })])
      return { ...toAssistant(id, definition, now), missing: missingHere(definition) }
    },
    async update(ownerId, id, definition) {
      await mustOwn(ownerId, id)
      mustBeOwnName(definition.name)
      const now = clock.now()
      const patch = { definition: JSON.stringify(definition), updated_at: now }
      await db.commit([updateAssistant(db.kysely, { ownerId, id }, patch)])
      return { ...toAssistant(id, definition, now), missing: missingHere(definition) }
    },
    async remove(ownerId, id) {
      await mustOwn(ownerId, id)
      await db.commit([setAssistantDeleted(db.kysely, { ownerId, id }, clock.now())])
    },
    async restore(ownerId, id) {
      const row = await findAssistant(db.kysely, ownerId, id, 'deleted')
      // Back already (a second click, another tab): as wished.
      if (row === undefined) await find(ownerId, id)
      else await db.commit([setAssistantDeleted(db.kysely, { ownerId, id }, null)])
    },
    async forRun(ownerId, id): Promise<RunAssistant | null> {
      if (!switches().assistants) return null
      const assistant = await find(ownerId, id)
      const { name, definition } = assistant
      const ruleOf = await rules.of(ownerId)
      return {
        id,
        name,
        instructions: definition.instructions === '' ? null : definition.instructions,
        model: definition.model,
        parameters: definition.parameters,
        tools: await toolsOf(assistant, ruleOf),
        run: runs.get(id) ?? null,
        alwaysAsk: new Set(Object.keys(definition.tools).filter((tool) => definition.tools[tool] === 'ask')),
        ruleOf,
      }
    },
  }
}
