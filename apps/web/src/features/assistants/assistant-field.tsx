'use client'
import { Field, Select } from '../../components/field.tsx'
import { messages } from '../../lib/messages.ts'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { useAssistants } from './use-assistants.ts'

const text = assistantPageMessages

type AssistantFieldProps = { value: string | null; onChange: (id: string | null) => void }

/** Who answers in a chat, among its settings. Nothing where no assistant is. */
export function AssistantField({ value, onChange }: AssistantFieldProps) {
  const assistants = useAssistants()
  if (assistants.length === 0) return null
  return (
    <Field label={messages.assistants.none} help={text.chatHelp}>
      {(parts) => (
        <Select {...parts} value={value ?? ''} onChange={(event) => onChange(event.target.value || null)}>
          <option value="">{messages.assistants.nobody}</option>
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
