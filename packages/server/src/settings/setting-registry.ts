import type { OperatorSettingsView } from '@reynard/protocol'
import { DEFAULT_SAMPLING, type Env } from '../env.ts'

type Values = OperatorSettingsView['inherited']
export type SettingName = keyof Values

type Setting = {
  /** The environment's name for it. What is set there can't be changed in the app. Null: it has none. */
  variable: string | null
  /** What it does, in a sentence. */
  about: string
  /** From when on a change counts; all do without a restart. */
  effect: 'at once' | 'next answer' | 'next call'
}

/**
 * Every setting that can be changed while the server runs. Which values it takes stands in the protocol's `operatorSettingsSchema`. The
 * environment goes first, then what was saved, then the default.
 */
export const SETTINGS: Record<SettingName, Setting> = {
  engine: {
    variable: 'REYNARD_ENGINE',
    about: 'Which engine answers: Ollama if it is there, else the embedded one (auto), or always one of them.',
    effect: 'at once',
  },
  ollamaEnabled: {
    variable: 'OLLAMA_ENABLED',
    about: 'Whether Ollama is asked at all.',
    effect: 'at once',
  },
  ollamaBaseUrl: {
    variable: 'OLLAMA_BASE_URL',
    about: 'Where Ollama is.',
    effect: 'at once',
  },
  openaiBaseUrl: {
    variable: 'OPENAI_BASE_URL',
    about: 'Where a server is that speaks OpenAI’s chat API.',
    effect: 'at once',
  },
  timeoutSeconds: {
    variable: 'OLLAMA_TIMEOUT_SECONDS',
    about: 'How long an engine may take for the first token, and between two.',
    effect: 'next answer',
  },
  maxConcurrentRequests: {
    variable: 'OLLAMA_MAX_CONCURRENT_REQUESTS',
    about: 'How many answers one engine generates side by side; further ones wait in the queue.',
    effect: 'at once',
  },
  defaultModel: {
    variable: 'OLLAMA_DEFAULT_MODEL',
    about: 'The model for chats that name none.',
    effect: 'next answer',
  },
  systemPrompt: {
    variable: 'OLLAMA_SYSTEM_PROMPT',
    about: 'Given to every chat that has no system prompt of its own.',
    effect: 'next answer',
  },
  temperature: {
    variable: 'OLLAMA_TEMPERATURE',
    about: 'How freely models choose their words, where neither chat nor assistant says.',
    effect: 'next answer',
  },
  maxTokens: {
    variable: 'OLLAMA_MAX_TOKENS',
    about: 'The longest answer, in tokens, where neither chat nor assistant says.',
    effect: 'next answer',
  },
  titles: {
    variable: null,
    about: 'Whether a model makes titles for chats, in the background.',
    effect: 'next answer',
  },
  assistants: {
    variable: 'OLLAMA_ASSISTANT_ENABLED',
    about: 'Whether assistants are offered.',
    effect: 'next answer',
  },
  tools: {
    variable: 'OLLAMA_TOOLS_ENABLED',
    about: 'Whether assistants have tools.',
    effect: 'next answer',
  },
  contextAwareness: {
    variable: 'OLLAMA_CONTEXT_AWARENESS',
    about: 'Whether anything is recalled from earlier chats, and long ones are summarised.',
    effect: 'next answer',
  },
  turnSteps: {
    variable: 'REYNARD_TURN_STEPS',
    about: 'How many steps of calls one answer may take.',
    effect: 'next answer',
  },
  turnCalls: {
    variable: 'REYNARD_TURN_CALLS',
    about: 'How many calls one answer may make.',
    effect: 'next answer',
  },
  turnMinutes: {
    variable: 'REYNARD_TURN_MINUTES',
    about: 'How long one answer may work, in minutes; waiting for a person does not count.',
    effect: 'next answer',
  },
  turnTokens: {
    variable: 'REYNARD_TURN_TOKENS',
    about: 'How many tokens one answer of an assistant may generate.',
    effect: 'next answer',
  },
  toolSeconds: {
    variable: 'REYNARD_TOOL_SECONDS',
    about: 'Deadlines of single calls, in seconds, of tools for which their own is not right.',
    effect: 'next call',
  },
  workspaceMegabytes: {
    variable: 'REYNARD_WORKSPACE_MB',
    about: 'How much the workspace of one chat may hold, in MiB.',
    effect: 'next call',
  },
  workspaceFiles: {
    variable: 'REYNARD_WORKSPACE_FILES',
    about: 'How many files and folders the workspace of one chat may hold.',
    effect: 'next call',
  },
  apiTools: {
    variable: 'REYNARD_API_TOOLS',
    about: 'Whether calls by REST, where nobody can be asked, may do what else needs an approval.',
    effect: 'next call',
  },
  auditDays: {
    variable: 'REYNARD_AUDIT_DAYS',
    about: 'How many days the audit log is kept.',
    effect: 'at once',
  },
}

/** Tells the names of settings from other texts. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name)
}

/** In the order of the registry. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(isSettingName)

/** Whether the environment says it. */
export function isFixed(env: Env, name: SettingName): boolean {
  const { variable } = SETTINGS[name]
  return variable !== null && env.given.has(variable)
}

/** What the environment says, else the default. */
export function inheritedValues(env: Env): Values {
  return {
    engine: env.engine,
    ollamaEnabled: env.ollama.enabled,
    ollamaBaseUrl: env.ollama.baseUrl,
    openaiBaseUrl: env.openai.baseUrl,
    timeoutSeconds: env.engineTimeoutMs / 1000,
    maxConcurrentRequests: env.maxConcurrentRequests,
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
    auditDays: env.auditDays,
  }
}

type Saved = { [Name in SettingName]: Values[Name] | null }

/** What is in force: `saved` over what is inherited, but for what the environment says. */
export function valuesInForce(env: Env, inherited: Values, saved: Saved): Values {
  const values = { ...inherited }
  const put = <Name extends SettingName>(name: Name) => {
    const value = saved[name]
    if (value !== null && !isFixed(env, name)) values[name] = value
  }
  for (const name of SETTING_NAMES) put(name)
  return values
}
