'use client'
import type { EngineChoice, OperatorSettings } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { Input, Select, TextArea } from '../../components/field.tsx'
import { Segments } from '../../components/segments.tsx'
import { Switch } from '../../components/switch.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { formatCount } from '../../lib/format.ts'
import { chatSettingsMessages } from '../../lib/messages-chat-settings.ts'
import { firstRunMessages } from '../../lib/messages-first-run.ts'
import { memoryMessages } from '../../lib/messages-memory.ts'
import { serverSettingsMessages } from '../../lib/messages-settings.ts'
import { completeAddress } from '../models/complete-address.ts'
import { useModelLabel, useModels, useStatus } from '../models/use-models.ts'
import { useOperatorSettings } from '../models/use-operator-settings.ts'
import { type Origin, SettingSource } from './number-field.tsx'
import { SaveBar } from './save-bar.tsx'
import { type NumberSetting, setUnsavedSettings, useUnsavedSettings } from './unsaved-settings.ts'

const text = serverSettingsMessages

const isNumberSetting = (name: keyof OperatorSettings): name is NumberSetting =>
  ['temperature', 'maxTokens', 'timeoutSeconds', 'maxConcurrentRequests'].includes(name)

/** What applies to every chat that says nothing itself. Changes gather in a bar and are saved together. */
export function ServerSettings() {
  const { view, update, isSaving } = useOperatorSettings()
  const models = useModels()
  const { changes, wrong, typed } = useUnsavedSettings()
  const defaultModel = useStatus()?.defaultModel ?? null
  const trpc = useTRPC()
  const recommended = useQuery(trpc.chat.defaults.queryOptions({ model: defaultModel })).data?.recommendedTemperature
  const inheritedLabel = useModelLabel(view?.inherited.defaultModel ?? null)
  if (!view) return null
  const { inherited, fromEnvironment } = view
  const recommends = typeof recommended === 'number' && !fromEnvironment.includes('temperature')
  const now = { ...view.saved, ...changes }

  function set<Name extends keyof OperatorSettings>(name: Name, value: OperatorSettings[Name]) {
    setUnsavedSettings((before) => {
      const next = { ...before.changes, [name]: value }
      if (view && view.saved[name] === value) delete next[name]
      return { ...before, changes: next, wrong: { ...before.wrong, [name]: undefined } }
    })
  }
  const setWrong = (name: keyof OperatorSettings, error: string) =>
    setUnsavedSettings((before) => ({ ...before, wrong: { ...before.wrong, [name]: error } }))
  const setTyped = (name: NumberSetting, text: string | null) =>
    setUnsavedSettings((before) => ({ ...before, typed: { ...before.typed, [name]: text } }))
  function setNumber(name: NumberSetting, text: string, low: number, high: number, isWhole: boolean) {
    setTyped(name, text)
    if (text.trim() === '') return set(name, null)
    const number = Number(text.trim().replace(',', '.'))
    const isRight = number >= low && number <= high && (!isWhole || Number.isInteger(number))
    set(name, isRight ? number : now[name])
    if (!isRight) {
      const range = isWhole ? chatSettingsMessages.wholeBetween : chatSettingsMessages.numberBetween
      setWrong(name, range(low, high))
    }
  }
  function setAddress(name: 'ollamaBaseUrl' | 'openaiBaseUrl', typed: string) {
    set(name, typed.trim() === '' ? null : typed.trim())
    if (typed.trim() !== '' && !/^https?:\/\/\S+$/.test(typed.trim())) {
      setWrong(name, firstRunMessages.addressWrong)
    }
  }
  const errorCount = Object.values(wrong).filter((error) => error !== undefined).length
  const row = (name: keyof OperatorSettings) => ({
    isSet: now[name] !== null,
    isUnsaved: name in changes,
    origin: fromEnvironment.includes(name) ? ('environment' as const) : ('default' as const),
    isLocked: fromEnvironment.includes(name),
    error: wrong[name],
    onReset: () => {
      if (isNumberSetting(name)) setTyped(name, null)
      set(name, null)
    },
  })

  const save = () => update(changes, () => setUnsavedSettings(null))
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (errorCount > 0) document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
        else if (!isSaving && Object.keys(changes).length > 0) save()
      }}
    >
      <SettingRow {...row('engine')} label={text.engine} help={text.engineHelp} variable="REYNARD_ENGINE">
        {() => (
          <Segments<EngineChoice>
            label={text.engine}
            value={now.engine ?? inherited.engine}
            onChange={(value) => set('engine', value)}
            options={[
              { value: 'auto', label: text.engines.auto },
              { value: 'embedded', label: text.engines.embedded },
              { value: 'ollama', label: text.engines.ollama },
              { value: 'openai', label: text.engines.openai },
            ]}
          />
        )}
      </SettingRow>
      <SettingRow {...row('ollamaEnabled')} label={text.ollamaOn} help={text.ollamaOnHelp} variable="OLLAMA_ENABLED">
        {({ id }) => (
          <Switch
            id={id}
            checked={now.ollamaEnabled ?? inherited.ollamaEnabled}
            onCheckedChange={(on) => set('ollamaEnabled', on)}
          />
        )}
      </SettingRow>
      <SettingRow {...row('ollamaBaseUrl')} label={text.ollama} help={text.ollamaHelp} variable="OLLAMA_BASE_URL">
        {(parts) => (
          <Input
            {...parts}
            type="url"
            spellCheck={false}
            value={now.ollamaBaseUrl ?? ''}
            placeholder={inherited.ollamaBaseUrl}
            onChange={(event) => setAddress('ollamaBaseUrl', event.target.value)}
            onBlur={(event) => setAddress('ollamaBaseUrl', completeAddress(event.target.value))}
            className="w-full font-mono"
          />
        )}
      </SettingRow>
      <SettingRow {...row('openaiBaseUrl')} label={text.openai} help={text.openaiHelp} variable="OPENAI_BASE_URL">
        {(parts) => (
          <Input
            {...parts}
            type="url"
            spellCheck={false}
            value={now.openaiBaseUrl ?? ''}
            placeholder={inherited.openaiBaseUrl ?? text.notSet}
            onChange={(event) => setAddress('openaiBaseUrl', event.target.value)}
            onBlur={(event) => setAddress('openaiBaseUrl', completeAddress(event.target.value))}
            className="w-full font-mono"
          />
        )}
      </SettingRow>
      <SettingRow
        {...row('timeoutSeconds')}
        label={text.timeout}
        help={text.timeoutHelp}
        variable="OLLAMA_TIMEOUT_SECONDS"
      >
        {(parts) => (
          <span className="flex items-center gap-2.5">
            <Input
              {...parts}
              inputMode="numeric"
              value={typed.timeoutSeconds ?? now.timeoutSeconds ?? ''}
              placeholder={formatCount(inherited.timeoutSeconds)}
              onChange={(event) => setNumber('timeoutSeconds', event.target.value, 1, 86_400, true)}
              className="w-28"
            />
            <span className="text-sm text-ink-2">{text.seconds}</span>
          </span>
        )}
      </SettingRow>
      <SettingRow
        {...row('maxConcurrentRequests')}
        label={text.concurrent}
        help={text.concurrentHelp}
        variable="OLLAMA_MAX_CONCURRENT_REQUESTS"
      >
        {(parts) => (
          <Input
            {...parts}
            inputMode="numeric"
            value={typed.maxConcurrentRequests ?? now.maxConcurrentRequests ?? ''}
            placeholder={formatCount(inherited.maxConcurrentRequests)}
            onChange={(event) => setNumber('maxConcurrentRequests', event.target.value, 1, 10_000, true)}
            className="w-28"
          />
        )}
      </SettingRow>
      <SettingRow
        {...row('defaultModel')}
        label={text.defaultModel}
        help={text.defaultModelHelp}
        variable="OLLAMA_DEFAULT_MODEL"
      >
        {(parts) => (
          <Select
            {...parts}
            value={now.defaultModel ?? ''}
            onChange={(event) => set('defaultModel', event.target.value === '' ? null : event.target.value)}
          >
            <option value="">{inheritedLabel ?? text.firstModel}</option>
            {models?.map((model) => (
              <option key={`${model.engine}/${model.name}`} value={model.name}>
                {model.label}
              </option>
            ))}
          </Select>
        )}
      </SettingRow>
      <SettingRow
        {...row('temperature')}
        {...(recommends && { origin: 'model' as const })}
        label={chatSettingsMessages.temperature}
        help={text.temperatureHelp(chatSettingsMessages.temperatureHelp)}
        variable="OLLAMA_TEMPERATURE"
      >
        {(parts) => (
          <Input
            {...parts}
            inputMode="decimal"
            value={typed.temperature ?? now.temperature ?? ''}
            placeholder={String(recommends ? recommended : inherited.temperature)}
            onChange={(event) => setNumber('temperature', event.target.value, 0, 2, false)}
            className="w-28"
          />
        )}
      </SettingRow>
      <SettingRow
        {...row('maxTokens')}
        label={chatSettingsMessages.maxTokens}
        help={chatSettingsMessages.maxTokensHelp}
        variable="OLLAMA_MAX_TOKENS"
      >
        {(parts) => (
          <span className="flex items-center gap-2.5">
            <Input
              {...parts}
              inputMode="numeric"
              value={typed.maxTokens ?? now.maxTokens ?? ''}
              placeholder={formatCount(inherited.maxTokens)}
              onChange={(event) => setNumber('maxTokens', event.target.value, 1, 131_072, true)}
              className="w-28"
            />
            <span className="text-sm text-ink-2">{chatSettingsMessages.tokens}</span>
          </span>
        )}
      </SettingRow>
      <SettingRow
        {...row('systemPrompt')}
        label={chatSettingsMessages.systemPrompt}
        help={text.systemHelp}
        variable="OLLAMA_SYSTEM_PROMPT"
      >
        {(parts) => (
          <TextArea
            {...parts}
            rows={4}
            maxLength={32_000}
            value={now.systemPrompt ?? ''}
            placeholder={inherited.systemPrompt ?? chatSettingsMessages.noSystemPrompt}
            onChange={(event) => set('systemPrompt', event.target.value === '' ? null : event.target.value)}
          />
        )}
      </SettingRow>
      <SettingRow {...row('titles')} label={text.titles} help={text.titlesHelp}>
        {({ id }) => (
          <Switch id={id} checked={now.titles ?? inherited.titles} onCheckedChange={(on) => set('titles', on)} />
        )}
      </SettingRow>
      <SettingRow
        {...row('contextAwareness')}
        label={memoryMessages.awareness}
        help={memoryMessages.awarenessHelp}
        variable="OLLAMA_CONTEXT_AWARENESS"
      >
        {({ id }) => (
          <Switch
            id={id}
            checked={now.contextAwareness ?? inherited.contextAwareness}
            onCheckedChange={(on) => set('contextAwareness', on)}
          />
        )}
      </SettingRow>
      <SaveBar
        changes={Object.keys(changes).length}
        errors={errorCount}
        isSaving={isSaving}
        onDiscard={() => setUnsavedSettings(null)}
      />
    </form>
  )
}

type Parts = { id: string; 'aria-describedby': string; 'aria-invalid': true | undefined }
type SettingRowProps = {
  label: string
  help: string
  /** The environment variable of the same meaning. */
  variable?: string
  isSet: boolean
  /** Changed here, and not with the server yet. */
  isUnsaved: boolean
  origin: Origin
  /** The environment says it, so that it can't be changed here. */
  isLocked: boolean
  error: string | undefined
  onReset: () => void
  children: (parts: Parts) => ReactNode
}
function SettingRow(props: SettingRowProps) {
  const { label, help, variable, isSet, isUnsaved, origin, isLocked, error, onReset, children } = props
  const id = useId()
  return (
    <div className="grid items-start gap-x-7 gap-y-2 border-t border-line py-[15px] sm:grid-cols-[minmax(0,1fr)_300px]">
      <div>
        <div className="flex min-h-7 flex-wrap items-center gap-x-3">
          <label htmlFor={id} className="text-md font-mid">
            {label}
          </label>
          <SettingSource isSet={isSet} isUnsaved={isUnsaved} origin={origin} label={label} onReset={onReset} />
        </div>
        <p id={`${id}-help`} className="max-w-[52ch] text-sm text-ink-2">
          {isLocked && variable ? text.locked(variable) : help}
        </p>
        {variable && !isLocked && <p className="mt-1 font-mono text-xs text-ink-3">{variable}</p>}
      </div>
      <div className="min-w-0">
        <fieldset disabled={isLocked} className="min-w-0 disabled:opacity-60">
          {children({ id, 'aria-describedby': `${id}-help ${id}-error`, 'aria-invalid': error ? true : undefined })}
        </fieldset>
        <p id={`${id}-error`} className="mt-1.5 text-xs text-danger">
          {error}
        </p>
      </div>
    </div>
  )
}
