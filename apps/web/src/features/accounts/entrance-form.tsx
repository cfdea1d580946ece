'use client'
import { CircleAlert } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { CheckField, Field, Input } from '../../components/field.tsx'
import { Note } from '../../components/note.tsx'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { type AccountAnswer, type FormProblem, sendAccount } from './send-account.ts'

export type EntranceField = {
  name: string
  label: string
  help?: string
  type?: 'email' | 'password' | 'text'
  autoComplete: string
}
/** A box below the fields. `isOn`: from the beginning. */
type EntranceCheck = { name: string; label: string; help: string; isOn: boolean }

type EntranceFormProps = {
  /** The call of `/api/account/…` that takes the fields. */
  call: string
  fields: readonly EntranceField[]
  checks?: readonly EntranceCheck[]
  submit: string
  /** Sent with the fields. */
  extra?: Record<string, string>
  onDone: (answer: AccountAnswer) => void
  children?: ReactNode
}

/** Fields one under the other and one button. What is wrong is said at its field, which gets the focus; what was typed stays. */
export function EntranceForm({ call, fields, checks = [], submit, extra, onDone, children }: EntranceFormProps) {
  const [problem, setProblem] = useState<FormProblem | null>(null)
  const [isSending, setIsSending] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const known = fields.some(({ name }) => name === problem?.field)

  async function send() {
    if (form.current === null || isSending) return
    const given = new FormData(form.current)
    const input = Object.fromEntries(fields.map(({ name }) => [name, String(given.get(name) ?? '')]))
    const checked = Object.fromEntries(checks.map(({ name }) => [name, given.has(name)]))
    setIsSending(true)
    const sent = await sendAccount(call, { ...input, ...checked, ...extra })
    setIsSending(false)
    setProblem(sent.problem)
    if (sent.problem === null) onDone(sent.answer)
    else {
      const control = form.current.elements.namedItem(sent.problem.field)
      const target = control instanceof HTMLInputElement ? control : form.current.querySelector('input')
      target?.focus()
    }
  }

  return (
    <form
      ref={form}
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {problem && !known && (
        <div role="alert">
          <Note tone="danger" icon={<CircleAlert size={16} strokeWidth={1.75} aria-hidden />}>
            {problem.message}
          </Note>
        </div>
      )}
      {fields.map(({ name, label, help, type = 'text', autoComplete }, index) => (
        <Field key={name} label={label} help={help} error={problem?.field === name ? problem.message : null}>
          {(parts) => (
            <Input
              {...parts}
              name={name}
              type={type}
              autoComplete={autoComplete}
              autoCapitalize="none"
              spellCheck={false}
              // The page is for nothing else.
              autoFocus={index === 0}
              className="w-full"
            />
          )}
        </Field>
      ))}
      {checks.map(({ name, label, help, isOn }) => (
        <CheckField key={name} name={name} label={label} help={help} defaultChecked={isOn} />
      ))}
      {children}
      <Button type="submit" look="accent" size="lg" disabled={isSending} className="mt-1 w-full">
        {isSending ? text.working : submit}
      </Button>
    </form>
  )
}
