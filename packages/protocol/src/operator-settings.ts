import { z } from 'zod'
import { modelNameSchema } from './conversation.ts'
import type { ModelSettings } from './engine-status.ts'
import { operatorToolRulesSchema } from './tool-rules.ts'

/** Which engine answers: `auto` is Ollama if it answers, else the embedded one. */
export const engineChoiceSchema = z.enum(['auto', 'ollama', 'embedded', 'openai'])
export type EngineChoice = z.infer<typeof engineChoiceSchema>

const address = z
  .url({ protocol: /^https?$/, error: 'An address starts with http:// or https://.' })
  .max(500)
  .transform((url) => url.replace(/\/+$/, ''))

/** Deadlines of single calls by the tool's name, in seconds; of a tool that is not named its own counts. */
export const toolSecondsSchema = z
  .record(
    z.string().regex(/^[A-Za-z0-9_]{1,64}$/, 'This is no name of a tool.'),
    z.number().int().min(1, 'A tool has at least 1 s.').max(3_600, 'A tool has 3,600 s at most.'),
  )
  .refine((tools) => Object.keys(tools).length <= 500, 'There are 500 deadlines at most.')
export type ToolSeconds = z.infer<typeof toolSecondsSchema>

/** What the operator set in the app. What the environment says goes first. Null: not set here. */
export const operatorSettingsSchema = z.object({
  engine: engineChoiceSchema.nullable(),
  ollamaEnabled: z.boolean().nullable(),
  ollamaBaseUrl: address.nullable(),
  openaiBaseUrl: address.nullable(),
  /** How long an engine may take for the first token, and between two. */
  timeoutSeconds: z.number().int().min(1).max(86_400).nullable(),
  /** How many answers one engine generates side by side. */
  maxConcurrentRequests: z.number().int().min(1).max(10_000).nullable(),
  /** How many answers of one person are generated at once, at all models; 0: as many as there is room for. */
  answersPerUser: z.number().int().min(0).max(10_000).nullable(),
  defaultModel: modelNameSchema.nullable(),
  systemPrompt: z.string().max(32_000).nullable(),
  temperature: z.number().min(0).max(2).nullable(),
  maxTokens: z.number().int().min(1).max(131_072).nullable(),
  titles: z.boolean().nullable(),
  assistants: z.boolean().nullable(),
  tools: z.boolean().nullable(),
  /** Whether anything is recalled across conversations, and earlier turns summarised. */
  contextAwareness: z.boolean().nullable(),
  /** Bounds of one answer of an assistant. Tokens are those that it generates. */
  turnSteps: z.number().int().min(1).max(200).nullable(),
  turnCalls: z.number().int().min(1).max(1_000).nullable(),
  turnMinutes: z.number().int().min(1).max(1_440).nullable(),
  turnTokens: z.number().int().min(256).max(4_194_304).nullable(),
  toolSeconds: toolSecondsSchema.nullable(),
  /** What the workspace of one chat may hold: MiB of files, and how many files and folders. */
  workspaceMegabytes: z.number().int().min(1).max(1_048_576).nullable(),
  workspaceFiles: z.number().int().min(100).max(1_000_000).nullable(),
  /** Whether calls that need an approval go where a program asks by REST, since nobody can be asked there. */
  apiTools: z.boolean().nullable(),
  /** How many days the log of who did what is kept. */
  auditDays: z.number().int().min(30).max(3_650).nullable(),
  toolRules: operatorToolRulesSchema.nullable(),
})
export type OperatorSettings = z.infer<typeof operatorSettingsSchema>

/** Settings to change; what is absent stays as it is, null is unset. */
export const updateOperatorSettingsInputSchema = operatorSettingsSchema.partial()

export const NO_OPERATOR_SETTINGS: OperatorSettings = {
  engine: null,
  ollamaEnabled: null,
  ollamaBaseUrl: null,
  openaiBaseUrl: null,
  timeoutSeconds: null,
  maxConcurrentRequests: null,
  answersPerUser: null,
  defaultModel: null,
  systemPrompt: null,
  temperature: null,
  maxTokens: null,
  titles: null,
  assistants: null,
  tools: null,
  contextAwareness: null,
  turnSteps: null,
  turnCalls: null,
  turnMinutes: null,
  turnTokens: null,
  toolSeconds: null,
  workspaceMegabytes: null,
  workspaceFiles: null,
  apiTools: null,
  auditDays: null,
  toolRules: null,
}

/**
 * `saved`: what was set in the app and counts. `inherited`: what applies where nothing is saved; `fromEnvironment` names what of it is
 * set in the environment or .env and so can't be changed in the app, the rest is by default. For the default temperature a model's own
 * recommendation comes first. `settings`: each of them with what is known about it.
 */
export type OperatorSettingsView = {
  saved: OperatorSettings
  inherited: {
    engine: EngineChoice
    ollamaEnabled: boolean
    ollamaBaseUrl: string
    openaiBaseUrl: string | null
    timeoutSeconds: number
    maxConcurrentRequests: number
    answersPerUser: number
    defaultModel: string | null
    systemPrompt: string | null
    temperature: number
    maxTokens: number
    titles: boolean
    assistants: boolean
    tools: boolean
    contextAwareness: boolean
    turnSteps: number
    turnCalls: number
    turnMinutes: number
    turnTokens: number
    toolSeconds: ToolSeconds
    workspaceMegabytes: number
    workspaceFiles: number
    apiTools: boolean
    auditDays: number
  }
  fromEnvironment: (keyof OperatorSettings)[]
  settings: SettingDescription[]
  environment: EnvironmentSetting[]
}

/** Parts of the page of settings. */
export type SettingSection = 'engine' | 'chats' | 'tools' | 'limits' | 'data'

/** How a value is entered, and its bounds. `empty`: what stands for not set, where that is a value of its own. */
export type SettingControl =
  | { kind: 'switch' }
  | { kind: 'choice'; options: string[] }
  | { kind: 'number'; low: number; high: number; isWhole: boolean }
  | { kind: 'text'; most: number }
  | { kind: 'address' }
  | { kind: 'model' }
  | { kind: 'seconds-by-tool' }

/**
 * `variable`: the environment's name for it. `source`: where the value in force comes from. `effect`: from when on a change counts.
 * `unit` stands behind its field.
 */
export type SettingDescription = {
  name: keyof OperatorSettingsView['inherited']
  label: string
  variable: string | null
  about: string
  section: SettingSection
  unit: string | null
  control: SettingControl
  source: 'environment' | 'database' | 'default'
  effect: 'at once' | 'next answer' | 'next call'
}

/**
 * A variable that only the environment can set, and why. `value` as text: null where it is not set, or is a secret (then `isSet` alone
 * tells). It counts from the next start on.
 */
export type EnvironmentSetting = {
  variable: string
  about: string
  why: string
  isSecret: boolean
  isSet: boolean
  value: string | null
  fallback: string
}

/**
 * What a conversation gets that sets nothing itself. `contextTokens` by model name. `recommendedTemperature`: what the publisher of the
 * model that was asked about recommends (null: nothing); it goes before `temperature` unless that is among `setByOperator`, in
 * the app or by the environment.
 */
export type ChatDefaults = {
  systemPrompt: string | null
  temperature: number
  setByOperator: ('systemPrompt' | 'temperature' | 'maxTokens')[]
  recommendedTemperature: number | null
  maxTokens: number
  contextTokens: Record<string, number>
}

/** How long a model stays in memory after an answer. */
export const keepAliveSchema = z
  .string()
  .regex(/^(-1|\d+(ms|s|m|h))$/, 'How long a model stays loaded: 30s, 5m, 1h, or -1 for always.')

export const modelSettingsSchema: z.ZodType<ModelSettings> = z.object({
  model: modelNameSchema,
  contextTokens: z.number().int().min(256).max(4_194_304).nullable(),
  slots: z.number().int().min(1).max(10_000).nullable(),
  keepAlive: keepAliveSchema.nullable(),
})
