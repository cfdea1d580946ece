'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, Input } from '../../components/field.tsx'
import { firstRunMessages } from '../../lib/messages-first-run.ts'

const text = firstRunMessages

/** Any model of Ollama's library, by its name. */
export function PullField({ onPull }: { onPull: (name: string) => void }) {
  const [name, setName] = useState('')
  const [error, setError] = useState<string | null>(null)
  function pull(event: FormEvent) {
    event.preventDefault()
    const trimmed = name.trim()
    if (!/^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/.test(trimmed)) return setError(text.pullWrong)
    setError(null)
    setName('')
    onPull(trimmed)
  }
  return (
    <form onSubmit={pull} className="mt-5">
      <Field label={text.pullLabel} help={text.pullHelp} error={error}>
        {(parts) => (
          <span className="flex gap-2">
            <Input
              {...parts}
              spellCheck={false}
              autoCapitalize="none"
              value={name}
              placeholder="qwen3:4b"
              onChange={(event) => setName(event.target.value)}
              className="flex-1 font-mono"
            />
            <Button type="submit">{text.pull}</Button>
          </span>
        )}
      </Field>
    </form>
  )
}
