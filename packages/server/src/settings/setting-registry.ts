import type { OperatorSettingsView, SettingSection } from '@reynard/protocol'
import { DEFAULT_SAMPLING, type Env } from '../env.ts'

type Values = OperatorSettingsView['inherited']
export type SettingName = keyof Values

type Setting = {
  /** What it is called on the page, and where it stands there. */
  label: string
  section: SettingSection
  /** Stands behind its field. */
  unit?: string
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
    label: 'Engine',
    section: 'engine',
    variable: 'REYNARD_ENGINE',
    about: 'Which engine answers: Ollama if it is there, else the embedded one (auto), or always one of them.',
    effect: 'at once',
  },
  ollamaEnabled: {
    label: 'Ask Ollama',
    section: 'engine',
    variable: 'OLLAMA_ENABLED',
    about: 'Whether Ollama is asked at all.',
    effect: 'at once',
  },
  ollamaBaseUrl: {
    label: 'Ollama address',
    section: 'engine',
    variable: 'OLLAMA_BASE_URL',
    about: 'Where Ollama is.',
    effect: 'at once',
  },
  openaiBaseUrl: {
    label: 'Other server',
    section: 'engine',
    variable: 'OPENAI_BASE_URL',
    about: 'Where a server is that speaks OpenAI’s chat API.',
    effect: 'at once',
  },
  timeoutSeconds: {
    label: 'Deadline of a token',
    section: 'engine',
    unit: 'seconds',
    variable: 'OLLAMA_TIMEOUT_SECONDS',
    about: 'How long an engine may take for the first token, and between two.',
    effect: 'next answer',
  },
  maxConcurrentRequests: {
    label: 'Answers side by side',
    section: 'engine',
    unit: 'answers',
    variable: 'OLLAMA_MAX_CONCURRENT_REQUESTS',
    about: 'How many answers one engine generates side by side; further ones wait in the queue.',
    effect: 'at once',
  },
  answersPerUser: {
    label: 'Answers of one person',
    section: 'engine',
    unit: 'answers',
    variable: 'REYNARD_ANSWERS_PER_USER',
    about:
      'How many answers of one person are generated at once, at all models together; further ones wait. 0: no bound of their own.',
    effect: 'at once',
  },
  defaultModel: {
    label: 'Default model',
    section: 'chats',
    variable: 'OLLAMA_DEFAULT_MODEL',
    about: 'The model for chats that name none.',
    effect: 'next answer',
  },
  systemPrompt: {
    label: 'System prompt',
    section: 'chats',
    variable: 'OLLAMA_SYSTEM_PROMPT',
    about: 'Given to every chat that has no system prompt of its own.',
    effect: 'next answer',
  },
  temperature: {
    label: 'Temperature',
    section: 'chats',
    variable: 'OLLAMA_TEMPERATURE',
    about: 'How freely models choose their words, where neither chat nor assistant says.',
    effect: 'next answer',
  },
  maxTokens: {
    label: 'Longest answer',
    section: 'chats',
    unit: 'tokens',
    variable: 'OLLAMA_MAX_TOKENS',
    about: 'The longest answer, in tokens, where neither chat nor assistant says.',
    effect: 'next answer',
  },
  titles: {
    label: 'Titles by the model',
    section: 'chats',
    variable: null,
    about: 'Whether a model makes titles for chats, in the background.',
    effect: 'next answer',
  },
  assistants: {
    label: 'Assistants',
    section: 'tools',
    variable: 'OLLAMA_ASSISTANT_ENABLED',
    about: 'Whether assistants are offered.',
    effect: 'next answer',
  },
  tools: {
    label: 'Tools',
    section: 'tools',
    variable: 'OLLAMA_TOOLS_ENABLED',
    about: 'Whether assistants have tools.',
    effect: 'next answer',
  },
  contextAwareness: {
    label: 'Memory and summaries',
    section: 'chats',
    variable: 'OLLAMA_CONTEXT_AWARENESS',
    about: 'Whether anything is recalled from earlier chats, and long ones are summarised.',
    effect: 'next answer',
  },
  turnSteps: {
    label: 'Steps of one answer',
    section: 'tools',
    unit: 'steps',
    variable: 'REYNARD_TURN_STEPS',
    about: 'How many steps of calls one answer may take.',
    effect: 'next answer',
  },
  turnCalls: {
    label: 'Calls of one answer',
    section: 'tools',
    unit: 'calls',
    variable: 'REYNARD_TURN_CALLS',
    about: 'How many calls one answer may make.',
    effect: 'next answer',
  },
  turnMinutes: {
    label: 'Time of one answer',
    section: 'tools',
    unit: 'minutes',
    variable: 'REYNARD_TURN_MINUTES',
    about: 'How long one answer may work, in minutes; waiting for a person does not count.',
    effect: 'next answer',
  },
  turnTokens: {
    label: 'Tokens of one answer',
    section: 'tools',
    unit: 'tokens',
    variable: 'REYNARD_TURN_TOKENS',
    about: 'How many tokens one answer of an assistant may generate.',
    effect: 'next answer',
  },
  toolSeconds: {
    label: 'Deadlines of single tools',
    section: 'tools',
    unit: 'seconds',
    variable: 'REYNARD_TOOL_SECONDS',
    about: 'Deadlines of single calls, in seconds, of tools for which their own is not right.',
    effect: 'next call',
  },
  workspaceMegabytes: {
    label: 'Room of a workspace',
    section: 'tools',
    unit: 'MiB',
    variable: 'REYNARD_WORKSPACE_MB',
    about: 'How much the workspace of one chat may hold, in MiB.',
    effect: 'next call',
  },
  workspaceFiles: {
    label: 'Files of a workspace',
    section: 'tools',
    unit: 'files',
    variable: 'REYNARD_WORKSPACE_FILES',
    about: 'How many files and folders the workspace of one chat may hold.',
    effect: 'next call',
  },
  apiTools: {
    label: 'Tools act for programs',
    section: 'tools',
    variable: 'REYNARD_API_TOOLS',
    about: 'Whether calls by REST, where nobody can be asked, may do what else needs an approval.',
    effect: 'next call',
  },
  auditDays: {
    label: 'Audit log',
    section: 'data',
    unit: 'days',
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
    answersPerUser: env.answersPerUser,
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
