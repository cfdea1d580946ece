import type { TurnLimits } from '@reynard/agent'
import {
  type EngineChoice,
  type ModelSettings,
  modelSettingsSchema,
  NO_OPERATOR_SETTINGS,
  type OperatorSettings,
  type OperatorSettingsView,
  type OperatorToolRules,
  updateOperatorSettingsInputSchema,
} from '@reynard/protocol'
import type { WorkspaceLimits } from '@reynard/sandbox'
import type { AssistantSwitches } from '../assistants/assistant-kit.ts'
import { DEFAULT_SAMPLING, type Env } from '../env.ts'

/** Where settings are kept: rows of one scope, JSON as text. */
export type SettingsRows = {
  list(): Promise<{ key: string; value: string }[]>
  put(key: string, value: string): Promise<void>
}

/** What the operator set, over the environment. Read from memory; written through to the rows. */
export type ServerSettings = {
  view(): OperatorSettingsView
  /** Changes what is given, null unsets. Resolves when it is saved. */
  update(changes: Partial<OperatorSettings>): Promise<void>
  model(name: string): ModelSettings
  updateModel(settings: ModelSettings): Promise<void>
  engine(): { choice: EngineChoice; ollamaEnabled: boolean; ollamaBaseUrl: string; openaiBaseUrl: string | null }
  defaultModel(): string | null
  /** For each run: what the operator set, null where nothing is set (the model's recommendation comes next). */
  read(): {
    systemPrompt: string | null
    temperature: number | null
    maxTokens: number | null
    titles: boolean
    contextAwareness: boolean
  }
  /** What is switched on: assistants at all, and tools for them. */
  switches(): AssistantSwitches
  /** The bounds of one answer of an assistant. */
  turnLimits(): TurnLimits
  /** The deadline of one call of a tool, in milliseconds: the operator's, else its own. */
  toolTimeoutMs(tool: { name: string; timeoutMs: number }): number
  /** What the workspace of one conversation may hold. */
  workspaceLimits(): WorkspaceLimits
  /** Whether calls that need an approval go where a program asks by REST. */
  apiMayAct(): boolean
  /** What the operator demands of tools, beyond what they declare. */
  toolRules(): OperatorToolRules
  onChange(listener: () => void): () => void
}

const operatorKey = 'operator'
/** The variable of the same meaning. Titles and rules of tools have none. */
const variableOf = {
  engine: 'REYNARD_ENGINE',
  ollamaBaseUrl: 'OLLAMA_BASE_URL',
  openaiBaseUrl: 'OPENAI_BASE_URL',
  defaultModel: 'OLLAMA_DEFAULT_MODEL',
  systemPrompt: 'OLLAMA_SYSTEM_PROMPT',
  temperature: 'OLLAMA_TEMPERATURE',
  maxTokens: 'OLLAMA_MAX_TOKENS',
  assistants: 'OLLAMA_ASSISTANT_ENABLED',
  tools: 'OLLAMA_TOOLS_ENABLED',
  contextAwareness: 'OLLAMA_CONTEXT_AWARENESS',
  turnSteps: 'REYNARD_TURN_STEPS',
  turnCalls: 'REYNARD_TURN_CALLS',
  turnMinutes: 'REYNARD_TURN_MINUTES',
  turnTokens: 'REYNARD_TURN_TOKENS',
  toolSeconds: 'REYNARD_TOOL_SECONDS',
  workspaceMegabytes: 'REYNARD_WORKSPACE_MB',
  workspaceFiles: 'REYNARD_WORKSPACE_FILES',
  apiTools: 'REYNARD_API_TOOLS',
} as const satisfies Partial<Record<keyof OperatorSettings, string>>
const settingNames = [
  'engine',
  'ollamaBaseUrl',
  'openaiBaseUrl',
  'defaultModel',
  'systemPrompt',
  'temperature',
  'maxTokens',
  'assistants',
  'tools',
  'contextAwareness',
  'turnSteps',
  'turnCalls',
  'turnMinutes',
  'turnTokens',
  'toolSeconds',
  'workspaceMegabytes',
  'workspaceFiles',
  'apiTools',
] as const

const noToolRules: OperatorToolRules = { effects: {}, tools: {} }
const modelKey = (name: string) => `model:${name}`

/** Reads all rows once. A row that no longer fits its schema is left alone and counts as not set. */
export async function openServerSettings(env: Env, rows: SettingsRows): Promise<ServerSettings> {
  const byKey = new Map((await rows.list()).map(({ key, value }) => [key, value]))
  let operator: OperatorSettings = {
    ...NO_OPERATOR_SETTINGS,
    ...parseRow(updateOperatorSettingsInputSchema, byKey.get(operatorKey)),
  }
  const models = new Map<string, ModelSettings>()
  for (const [key, value] of byKey) {
    const settings = key.startsWith(modelKey('')) ? parseRow(modelSettingsSchema, value) : undefined
    if (settings) models.set(settings.model, settings)
  }
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }

  return {
    view: () => ({
      saved: operator,
      inherited: {
        engine: env.engine,
        ollamaBaseUrl: env.ollama.baseUrl,
        openaiBaseUrl: env.openai.baseUrl,
        defaultModel: env.defaultModel,
        systemPrompt: env.systemPrompt,
        temperature: env.temperature ?? DEFAULT_SAMPLING.temperature,
        maxTokens: env.maxTokens ?? DEFAULT_SAMPLING.maxTokens,
        titles: true,
        assistants: env.assistants.enabled,
        tools: env.assistants.tools,
        contextAwareness: env.contextAwareness,
        turnSteps: env.turn.steps,
        turnCalls: env.turn.calls,
        turnMinutes: env.turn.minutes,
        turnTokens: env.turn.tokens,
        toolSeconds: env.toolSeconds,
        workspaceMegabytes: env.workspace.megabytes,
        workspaceFiles: env.workspace.files,
        apiTools: env.approvals.apiMayAct,
      },
      fromEnvironment: settingNames.filter((name) => env.given.has(variableOf[name])),
    }),
    async update(changes) {
      const saved = { ...operator, ...changes }
      await rows.put(operatorKey, JSON.stringify(saved))
      operator = saved
      changed()
    },
    model: (name) => models.get(name) ?? { model: name, contextTokens: null, slots: null, keepAlive: null },
    async updateModel(settings) {
      await rows.put(modelKey(settings.model), JSON.stringify(settings))
      models.set(settings.model, settings)
      changed()
    },
    engine: () => ({
      choice: operator.engine ?? env.engine,
      ollamaEnabled: env.ollama.enabled,
      ollamaBaseUrl: operator.ollamaBaseUrl ?? env.ollama.baseUrl,
      openaiBaseUrl: operator.openaiBaseUrl ?? env.openai.baseUrl,
    }),
    defaultModel: () => operator.defaultModel ?? env.defaultModel,
    read: () => ({
      systemPrompt: operator.systemPrompt ?? env.systemPrompt,
      temperature: operator.temperature ?? env.temperature,
      maxTokens: operator.maxTokens ?? env.maxTokens,
      titles: operator.titles ?? true,
      contextAwareness: operator.contextAwareness ?? env.contextAwareness,
    }),
    switches: () => ({
      assistants: operator.assistants ?? env.assistants.enabled,
      tools: operator.tools ?? env.assistants.tools,
    }),
    turnLimits: () => ({
      steps: operator.turnSteps ?? env.turn.steps,
      calls: operator.turnCalls ?? env.turn.calls,
      wallMs: (operator.turnMinutes ?? env.turn.minutes) * 60_000,
      generatedTokens: operator.turnTokens ?? env.turn.tokens,
    }),
    toolTimeoutMs({ name, timeoutMs }) {
      const seconds = operator.toolSeconds?.[name] ?? env.toolSeconds[name]
      return seconds === undefined ? timeoutMs : seconds * 1000
    },
    workspaceLimits: () => ({
      bytes: (operator.workspaceMegabytes ?? env.workspace.megabytes) * 1024 ** 2,
      entries: operator.workspaceFiles ?? env.workspace.files,
    }),
    apiMayAct: () => operator.apiTools ?? env.approvals.apiMayAct,
    toolRules: () => operator.toolRules ?? noToolRules,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function parseRow<Value>(
  schema: { safeParse(value: unknown): { success: true; data: Value } | { success: false } },
  text: string | undefined,
): Value | undefined {
  if (text === undefined) return undefined
  try {
    const result = schema.safeParse(JSON.parse(text))
    return result.success ? result.data : undefined
  } catch {
    return undefined
  }
}
