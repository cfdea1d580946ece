'use client'
import { Field, Select } from '../../components/field.tsx'
import { messages } from '../../lib/messages.ts'
import { useAssistants } from './use-assistants.ts'

const text = messages.assistants

type AssistantFieldProps = { value: string | null; onChange: (id: string | null) => void }

/** Who answers in a chat, among its settings. Nothing where no assistant is. */
export function AssistantField({ value, onChange }: AssistantFieldProps) {
  const assistants = useAssistants()
  if (assistants.length === 0) return null
  return (
    <Field label={text.none} help={text.chatHelp}>
      {(parts) => (
        <Select {...parts} value={value ?? ''} onChange={(event) => onChange(event.target.value || null)}>
          <option value="">{text.nobody}</option>
          {assistants.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
