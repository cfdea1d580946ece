'use client'
import type { AssistantDefinition, ToolInfo } from '@reynard/protocol'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, Input, Select, TextArea } from '../../components/field.tsx'
import { messages } from '../../lib/messages.ts'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { chatSettingsMessages } from '../../lib/messages-chat-settings.ts'
import { showToast } from '../../lib/toast.ts'
import { useModels } from '../models/use-models.ts'
import { NumberField } from '../settings/number-field.tsx'
import { setAssistantDraft, useAssistantDraft } from './assistant-drafts.ts'
import { AssistantMark } from './assistant-mark.tsx'
import { PictureField } from './picture-field.tsx'
import { ToolRules } from './tool-rules.tsx'

const text = assistantPageMessages
const firstLetter = (name: string) => [...new Intl.Segmenter().segment(name.trim())][0]?.segment.toUpperCase() ?? ''

type AssistantFormProps = {
  /** Empty: the one that is being made. */
  id: string
  initial: AssistantDefinition
  tools: ToolInfo[]
  /** Resolves when it is saved; where it rejects, it has been said why. */
  onSave: (definition: AssistantDefinition) => Promise<void>
}

/** All that makes an assistant. What is written stays until it is saved or discarded, on other pages too. */
export function AssistantForm({ id, initial, tools, onSave }: AssistantFormProps) {
  const draft = useAssistantDraft(id)
  const now = draft ?? initial
  const [state, setState] = useState<'idle' | 'wrong' | 'saving'>('idle')
  const models = useModels()
  const router = useRouter()
  const set = (change: Partial<AssistantDefinition>) => setAssistantDraft(id, { ...now, ...change })
  const letter = now.letter || firstLetter(now.name)
  const isUnnamed = now.name.trim() === ''
  useAskBeforeLeaving(draft !== null && state !== 'saving')

  async function submit(form: HTMLFormElement) {
    setState('wrong')
    const wrong = isUnnamed ? '[name="name"]' : '[aria-invalid="true"]'
    const field = form.querySelector<HTMLElement>(wrong)
    if (field) return field.focus()
    setState('saving')
    await onSave({ ...now, name: now.name.trim(), letter }).then(
      () => setAssistantDraft(id, null),
      () => setState('idle'),
    )
  }

  function discard() {
    if (draft === null) return
    setAssistantDraft(id, null)
    showToast(text.discarded, () => {
      setAssistantDraft(id, draft)
      router.push(`/settings/assistants/${id || 'new'}`)
    })
  }

  return (
    <form
      noValidate
      className="mx-auto grid w-full max-w-[760px] grid-cols-1 gap-6 pt-5 pb-24"
      onSubmit={(event) => {
        event.preventDefault()
        if (state !== 'saving') void submit(event.currentTarget)
      }}
    >
      <div className="flex items-start gap-4">
        <span className="mt-7.5">
          <AssistantMark id="" letter={letter} picture={now.picture} size={32} />
        </span>
        <div className="min-w-0 flex-1">
          <Field label={text.name} error={state === 'wrong' && isUnnamed ? text.nameMissing : null}>
            {(parts) => (
              <Input
                {...parts}
                name="name"
                autoComplete="off"
                maxLength={60}
                value={now.name}
                onChange={(event) => set({ name: event.target.value })}
                className="w-full"
              />
            )}
          </Field>
        </div>
        <Field label={text.letter}>
          {(parts) => (
            <Input
              {...parts}
              autoComplete="off"
              value={now.letter}
              placeholder={firstLetter(now.name)}
              onChange={(event) => set({ letter: lastLetter(event.target.value) })}
              className="w-16 text-center"
            />
          )}
        </Field>
      </div>
      <PictureField picture={now.picture} onChange={(picture) => set({ picture })} />
      <Field label={text.description} help={text.descriptionHelp}>
        {(parts) => (
          <Input
            {...parts}
            autoComplete="off"
            maxLength={300}
            value={now.description}
            onChange={(event) => set({ description: event.target.value })}
            className="w-full"
          />
        )}
      </Field>
      <Field label={text.instructions} help={text.instructionsHelp}>
        {(parts) => (
          <TextArea
            {...parts}
            rows={10}
            maxLength={32_000}
            value={now.instructions}
            onChange={(event) => set({ instructions: event.target.value })}
          />
        )}
      </Field>
      <Field label={text.model}>
        {(parts) => (
          <Select {...parts} value={now.model ?? ''} onChange={(event) => set({ model: event.target.value || null })}>
            <option value="">{text.anyModel}</option>
            {now.model && !models?.some(({ name }) => name === now.model) && (
              <option value={now.model}>{text.missingModel(now.model)}</option>
            )}
            {models?.map((model) => (
              <option key={`${model.engine}/${model.name}`} value={model.name}>
                {model.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <NumberField
        label={chatSettingsMessages.temperature}
        help={chatSettingsMessages.temperatureHelp}
        low={0}
        high={2}
        value={now.parameters.temperature ?? null}
        fallback={null}
        onChange={(temperature) => set({ parameters: { ...now.parameters, temperature } })}
      />
      <NumberField
        label={chatSettingsMessages.maxTokens}
        help={chatSettingsMessages.maxTokensHelp}
        unit={chatSettingsMessages.tokens}
        whole
        low={1}
        high={131_072}
        value={now.parameters.maxTokens ?? null}
        fallback={null}
        onChange={(maxTokens) => set({ parameters: { ...now.parameters, maxTokens } })}
      />
      <ToolRules tools={tools} rules={now.tools} onChange={(rules) => set({ tools: rules })} />
      <div className="flex items-center gap-2 border-t border-line pt-4">
        <Button look="ink" type="submit" disabled={state === 'saving'}>
          {text.save}
        </Button>
        <Button look="ghost" asChild>
          <Link href="/settings/assistants" onClick={discard}>
            {draft === null ? messages.common.cancel : text.discard}
          </Link>
        </Button>
        {draft !== null && <p className="text-xs text-ink-3">{text.notSaved}</p>}
      </div>
    </form>
  )
}

/** One letter, as people count them: the newest one typed takes the other's place. */
const lastLetter = (typed: string) => [...new Intl.Segmenter().segment(typed.trim())].at(-1)?.segment ?? ''

/** A reload asks first while something is not saved. */
function useAskBeforeLeaving(isDirty: boolean) {
  useEffect(() => {
    if (!isDirty) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isDirty])
}
