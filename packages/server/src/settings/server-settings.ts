import { isDeepStrictEqual } from 'node:util'
import type { TurnLimits } from '@reynard/agent'
import type { Compilable } from '@reynard/db'
import {
  AppError,
  type EngineChoice,
  type ModelSettings,
  modelSettingsSchema,
  NO_OPERATOR_SETTINGS,
  type OperatorSettings,
  type OperatorSettingsView,
  type OperatorToolRules,
  type SettingControl,
  updateOperatorSettingsInputSchema,
} from '@reynard/protocol'
import type { WorkspaceLimits } from '@reynard/sandbox'
import type { AssistantSwitches } from '../assistants/assistant-kit.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { shownValue } from '../audit/clean-details.ts'
import type { Env } from '../env.ts'
import { createMailbox } from '../status/mailbox.ts'
import { environmentSettings } from './environment-settings.ts'
import { controlOf } from './setting-control.ts'
import {
  inheritedValues,
  isFixed,
  isSettingName,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  valuesInForce,
} from './setting-registry.ts'

/** Where settings are kept: rows of one scope, JSON as text. */
export type SettingsRows = {
  list(): Promise<{ key: string; value: string }[]>
  /** `tell`: what the log of who did what is to say of it, in the same commit. */
  put(key: string, value: string, tell?: (audit: Pick<AuditLog, 'entry'>) => Compilable[]): Promise<void>
}

/** What is in force: the environment's word first, then the operator's, then the default. Read from memory; written through to the rows. */
export type ServerSettings = {
  view(): OperatorSettingsView
  /** The view as it is, then with each change, until `signal` aborts. */
  watch(signal: AbortSignal): AsyncGenerator<OperatorSettingsView, void>
  /** All values in force. */
  values(): OperatorSettingsView['inherited']
  /**
   * Changes what is given, null unsets. Resolves when it is saved and in force. What the environment sets can't be changed: then nothing is.
   * @throws AppError `conflict`, naming the variable; saying again what it says is no change
   */
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
/** Made once: a schema is read for each. */
const controls = Object.fromEntries(SETTING_NAMES.map((name) => [name, controlOf(name)])) as Record<
  SettingName,
  SettingControl
>
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

  const inherited = inheritedValues(env)
  const environment = environmentSettings(env)
  const fixed = SETTING_NAMES.filter((name) => isFixed(env, name))
  let values = valuesInForce(env, inherited, operator)
  let writing: Promise<unknown> = Promise.resolve()

  /** One after the other, so that none is made of what another one is about to change. */
  function inTurn<Result>(write: () => Promise<Result>): Promise<Result> {
    const written = writing.then(write)
    writing = written.catch(() => {})
    return written
  }

  async function save(changes: Partial<OperatorSettings>): Promise<void> {
    refuseFixed(changes)
    const saved = { ...operator, ...changes }
    const before = operator
    await rows.put(operatorKey, JSON.stringify(saved), (audit) => changesOf(audit, before, saved))
    operator = saved
    values = valuesInForce(env, inherited, operator)
    changed()
  }

  function refuseFixed(changes: Partial<OperatorSettings>): void {
    for (const name of Object.keys(changes)) {
      if (!isSettingName(name) || !isFixed(env, name)) continue
      const wanted = changes[name]
      if (wanted === undefined || wanted === null || isDeepStrictEqual(wanted, inherited[name])) continue
      const { variable } = SETTINGS[name]
      throw new AppError(
        'conflict',
        `${variable} is set in the environment or .env of this server, so it can't be changed here. Nothing was changed.`,
        { docs: 'settings', details: { variable } },
      )
    }
  }

  const view = (): OperatorSettingsView => ({
    saved: Object.assign({ ...operator }, Object.fromEntries(fixed.map((name) => [name, null]))),
    inherited,
    fromEnvironment: [...fixed],
    settings: SETTING_NAMES.map((name) => {
      const { label, section, unit = null, variable, about, effect } = SETTINGS[name]
      const isSaved = operator[name] !== null
      return {
        name,
        label,
        section,
        unit,
        control: controls[name],
        variable,
        about,
        effect,
        source: isFixed(env, name) ? 'environment' : isSaved ? 'database' : 'default',
      }
    }),
    environment,
  })

  return {
    view,
    async *watch(signal) {
      const mailbox = createMailbox<OperatorSettingsView>(() => 'settings')
      const deliver = () => mailbox.deliver(view())
      listeners.add(deliver)
      try {
        yield view()
        yield* mailbox.read(signal)
      } finally {
        listeners.delete(deliver)
      }
    },
    values: () => values,
    update: (changes) => inTurn(() => save(changes)),
    model: (name) => models.get(name) ?? unset(name),
    updateModel: (settings) =>
      inTurn(async () => {
        const { model, ...to } = settings
        const { model: _model, ...from } = models.get(model) ?? unset(model)
        await rows.put(modelKey(model), JSON.stringify(settings), (audit) => [
          audit.entry('model-settings-change', {
            object: { kind: 'model', id: model, name: model },
            details: { from: shownValue(from), to: shownValue(to) },
          }),
        ])
        models.set(settings.model, settings)
        changed()
      }),
    engine: () => ({
      choice: values.engine,
      ollamaEnabled: values.ollamaEnabled,
      ollamaBaseUrl: values.ollamaBaseUrl,
      openaiBaseUrl: values.openaiBaseUrl,
    }),
    defaultModel: () => values.defaultModel,
    read: () => ({
      systemPrompt: values.systemPrompt,
      // Without anybody's word the model's recommendation comes before the default.
      temperature: env.temperature ?? operator.temperature,
      maxTokens: env.maxTokens ?? operator.maxTokens,
      titles: values.titles,
      contextAwareness: values.contextAwareness,
    }),
    switches: () => ({ assistants: values.assistants, tools: values.tools }),
    turnLimits: () => ({
      steps: values.turnSteps,
      calls: values.turnCalls,
      wallMs: values.turnMinutes * 60_000,
      generatedTokens: values.turnTokens,
    }),
    toolTimeoutMs({ name, timeoutMs }) {
      const seconds = values.toolSeconds[name]
      return seconds === undefined ? timeoutMs : seconds * 1000
    },
    workspaceLimits: () => ({ bytes: values.workspaceMegabytes * 1024 ** 2, entries: values.workspaceFiles }),
    apiMayAct: () => values.apiTools,
    toolRules: () => operator.toolRules ?? noToolRules,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const unset = (model: string): ModelSettings => ({ model, contextTokens: null, slots: null, keepAlive: null })

/** An entry for each setting that is another one now; null: it goes by its default. */
function changesOf(audit: Pick<AuditLog, 'entry'>, before: OperatorSettings, after: OperatorSettings): Compilable[] {
  const names = Object.keys(after) as (keyof OperatorSettings)[]
  return names
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((name) =>
      audit.entry('setting-change', {
        object: { kind: 'setting', id: name, name },
        details: { from: shownValue(before[name]), to: shownValue(after[name]) },
      }),
    )
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
