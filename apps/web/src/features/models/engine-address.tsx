'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, Input } from '../../components/field.tsx'
import { firstRunMessages } from '../../lib/messages-first-run.ts'
import { serverSettingsMessages } from '../../lib/messages-settings.ts'
import { completeAddress } from './complete-address.ts'
import { useOperatorSettings } from './use-operator-settings.ts'

const text = firstRunMessages

/** Where a server is that does not answer yet. The server asks it as soon as the address is saved. */
export function EngineAddress({ kind }: { kind: 'ollama' | 'openai' }) {
  const { view, update, isSaving } = useOperatorSettings()
  const [typed, setTyped] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  if (!view) return null
  const name = kind === 'ollama' ? 'ollamaBaseUrl' : 'openaiBaseUrl'
  const variable = kind === 'ollama' ? 'OLLAMA_BASE_URL' : 'OPENAI_BASE_URL'
  const isLocked = view.fromEnvironment.includes(name)
  const engineIsLocked = view.fromEnvironment.includes('engine')
  const address = typed ?? view.saved[name] ?? view.inherited[name] ?? ''

  function save(event: FormEvent) {
    event.preventDefault()
    const trimmed = completeAddress(address)
    if (!/^https?:\/\/\S+$/.test(trimmed)) return setError(text.addressWrong)
    setError(null)
    setTyped(trimmed)
    // Any other server is only asked where it was chosen; Ollama is looked for by itself.
    update({
      [name]: trimmed,
      ...(!engineIsLocked && { engine: kind === 'ollama' ? ('auto' as const) : ('openai' as const) }),
    })
  }
  const how = kind === 'ollama' ? text.ollamaHow : text.otherHow
  return (
    <form noValidate onSubmit={save} className="mt-4">
      <Field
        label={kind === 'ollama' ? text.ollamaAddress : text.otherAddress}
        help={isLocked ? `${serverSettingsMessages.locked(variable)}. ${how}` : how}
        error={error}
      >
        {(parts) => (
          <span className="flex gap-2">
            <Input
              {...parts}
              type="url"
              inputMode="url"
              spellCheck={false}
              value={address}
              disabled={isLocked}
              placeholder={kind === 'ollama' ? 'http://localhost:11434' : 'http://localhost:1234/v1'}
              onChange={(event) => setTyped(event.target.value)}
              className="flex-1 font-mono"
            />
            {!isLocked && (
              <Button type="submit" disabled={isSaving}>
                {text.useAddress}
              </Button>
            )}
          </span>
        )}
      </Field>
    </form>
  )
}
