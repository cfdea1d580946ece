'use client'
import type { ChatDefaults, ConversationSettings } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field, TextArea } from '../../components/field.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { chatSettingsMessages } from '../../lib/messages-chat-settings.ts'
import { memoryMessages } from '../../lib/messages-memory.ts'
import { showToast } from '../../lib/toast.ts'
import { AssistantField } from '../assistants/assistant-field.tsx'
import { useChatModel, useChatSettings } from '../models/use-models.ts'
import { overlayOpener } from '../shell/overlay.ts'
import { NumberField, SettingSource } from './number-field.tsx'
import { hasOwnSettings } from './own-settings.ts'
import { SwitchField } from './switch-field.tsx'
import { useSavedAfterPause } from './use-saved.ts'

/** Smallest budget that the server takes, in tokens. */
const LEAST_CONTEXT = 256

/** What one chat asks of every answer in it. Saved as it is typed; each value says whether it is the default. */
export function ChatSettings({ conversationId, onClose }: { conversationId: string | null; onClose: () => void }) {
  const { settings: saved, change } = useChatSettings(conversationId)
  const [settings, setSettings] = useState<ConversationSettings>(saved)
  const save = useSavedAfterPause(change)
  const trpc = useTRPC()
  const { name, info } = useChatModel(conversationId)
  const defaults = useQuery(trpc.chat.defaults.queryOptions({ model: name })).data
  const isOperators = (name: ChatDefaults['setByOperator'][number]) => defaults?.setByOperator.includes(name) ?? false
  const originOf = (name: ChatDefaults['setByOperator'][number]) => (isOperators(name) ? 'operator' : 'default')
  const recommended = isOperators('temperature') ? null : (defaults?.recommendedTemperature ?? null)
  const window = (name === null ? undefined : defaults?.contextTokens[name]) ?? info?.contextTokens ?? null
  const text = chatSettingsMessages

  function set(changes: ConversationSettings) {
    const next = { ...settings, ...changes }
    setSettings(next)
    save(next)
  }

  const sayLoss = (label: string) => (typed: string, rule: string) => showToast(text.notKept(label, typed, rule))

  return (
    <Dialog
      open
      opener={overlayOpener}
      onOpenChange={onClose}
      place="panel"
      title={conversationId === null ? messages.shell.newChatSettings : text.title}
    >
      <div className="grid min-h-0 flex-1 content-start gap-6 overflow-y-auto px-5 pb-5">
        <AssistantField value={settings.assistant ?? null} onChange={(assistant) => set({ assistant })} />
        <Field
          label={text.systemPrompt}
          help={text.systemPromptHelp}
          aside={
            <SettingSource
              isSet={Boolean(settings.systemPrompt)}
              origin={originOf('systemPrompt')}
              label={text.systemPrompt}
              onReset={() => set({ systemPrompt: null })}
            />
          }
        >
          {(parts) => (
            <TextArea
              {...parts}
              rows={6}
              maxLength={32_000}
              value={settings.systemPrompt ?? ''}
              placeholder={defaults?.systemPrompt ?? text.noSystemPrompt}
              onChange={(event) => set({ systemPrompt: event.target.value === '' ? null : event.target.value })}
            />
          )}
        </Field>
        <NumberField
          label={text.temperature}
          help={text.temperatureHelp}
          low={0}
          high={2}
          value={settings.temperature ?? null}
          fallback={recommended ?? defaults?.temperature ?? null}
          origin={recommended === null ? originOf('temperature') : 'model'}
          onChange={(temperature) => set({ temperature })}
          onLeftWrong={sayLoss(text.temperature)}
        />
        <NumberField
          label={text.maxTokens}
          help={text.maxTokensHelp}
          unit={text.tokens}
          whole
          low={1}
          high={131_072}
          value={settings.maxTokens ?? null}
          fallback={defaults?.maxTokens ?? null}
          origin={originOf('maxTokens')}
          onChange={(maxTokens) => set({ maxTokens })}
          onLeftWrong={sayLoss(text.maxTokens)}
        />
        <NumberField
          label={text.context}
          help={window === null ? text.contextHelpUnknown : text.contextHelp(window)}
          unit={text.tokens}
          whole
          low={LEAST_CONTEXT}
          high={Math.max(LEAST_CONTEXT, window ?? 4_194_304)}
          value={settings.contextTokens ?? null}
          fallback={window}
          onChange={(contextTokens) => set({ contextTokens })}
          onLeftWrong={sayLoss(text.context)}
        />
        <SwitchField
          label={memoryMessages.chatMemory}
          help={memoryMessages.chatMemoryHelp}
          checked={settings.memory !== false}
          onChange={(on) => set({ memory: on ? null : false })}
        />
        <SwitchField
          label={memoryMessages.chatSummaries}
          help={memoryMessages.chatSummariesHelp}
          checked={settings.summaries !== false}
          onChange={(on) => set({ summaries: on ? null : false })}
        />
      </div>
      <footer className="flex flex-none items-center gap-2 border-t border-line px-5 py-3">
        <p className="flex-1 text-xs text-ink-3">{text.appliesNext}</p>
        <Button
          look="ghost"
          disabled={!hasOwnSettings(settings)}
          onClick={() =>
            set({
              systemPrompt: null,
              temperature: null,
              maxTokens: null,
              contextTokens: null,
              memory: null,
              summaries: null,
            })
          }
        >
          {text.resetAll}
        </Button>
      </footer>
    </Dialog>
  )
}
