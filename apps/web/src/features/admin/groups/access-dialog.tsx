'use client'
import type { AccessRule, AssistantSummary, Group, Resource } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { CheckField, Field, Select } from '../../../components/field.tsx'
import { useTRPC } from '../../../lib/client.tsx'
import { groupMessages as text } from '../../../lib/messages-groups.ts'
import { asResource, resourceWords } from './resource-words.ts'
import { useGroupChanges } from './use-group-changes.ts'

const KINDS = ['model', 'assistant', 'tool', 'tool-group'] as const

type AccessDialogProps = { rule: AccessRule | 'new'; groups: readonly Group[]; onClose: () => void }

/** Who may use something: of a new rule, or of one that is there. */
export function AccessDialog({ rule, groups, onClose }: AccessDialogProps) {
  const before = rule === 'new' ? null : rule
  const choices = useChoices()
  const { setAccess } = useGroupChanges()
  const [kind, setKind] = useState<Resource['kind']>(before?.kind ?? 'model')
  const [chosen, setChosen] = useState<string | null>(before?.name ?? null)
  const [may, setMay] = useState<ReadonlySet<string>>(new Set(before?.groups))
  const there = choices[kind]
  const name = chosen ?? there[0]?.name ?? ''
  const save = () =>
    setAccess.mutate({ resource: asResource({ kind, name }), groups: [...may] }, { onSuccess: onClose })
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={before === null ? text.newRule : text.changeRule(resourceWords(before, choices.assistants))}
    >
      <div className="grid gap-4 overflow-y-auto px-5 pb-5">
        {before === null && (
          <>
            <Field label={text.kind}>
              {(parts) => (
                <Select
                  {...parts}
                  value={kind}
                  onChange={({ target }) => {
                    setKind(KINDS.find((each) => each === target.value) ?? 'model')
                    setChosen(null)
                  }}
                >
                  {KINDS.map((each) => (
                    <option key={each} value={each}>
                      {text.kinds[each]}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={text.which} help={there.length === 0 ? text.nothingThere : undefined}>
              {(parts) => (
                <Select
                  {...parts}
                  value={name}
                  disabled={there.length === 0}
                  onChange={({ target }) => setChosen(target.value)}
                >
                  {there.map((each) => (
                    <option key={each.name} value={each.name}>
                      {each.label}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </>
        )}
        <fieldset className="grid gap-1">
          <legend className="mb-1 text-md font-mid">{text.whom}</legend>
          {groups.map(({ id, name: label }) => (
            <CheckField
              key={id}
              label={label}
              checked={may.has(id)}
              onChange={({ target }) => setMay(target.checked ? new Set([...may, id]) : may.difference(new Set([id])))}
            />
          ))}
          <p className="text-xs text-ink-3" aria-live="polite">
            {may.size === 0
              ? text.nobody
              : groups
                  .filter(({ id }) => may.has(id))
                  .map((group) => group.name)
                  .join(', ')}
          </p>
        </fieldset>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button look="ink" once disabled={name === '' || setAccess.isPending} onClick={save}>
            {text.save}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

type Choice = { name: string; label: string }

/** What there is to say something of. Assistants of people's own are their own. */
function useChoices(): Record<Resource['kind'], Choice[]> & { assistants: readonly AssistantSummary[] } {
  const trpc = useTRPC()
  const models = useQuery(trpc.chat.models.queryOptions()).data ?? []
  const { assistants = [], tools = [] } = useQuery(trpc.assistant.list.queryOptions()).data ?? {}
  const plain = (name: string): Choice => ({ name, label: name })
  const toolGroups = [...new Set(tools.map(({ group }) => group))]
  return {
    assistants,
    model: models.map(({ name }) => plain(name)),
    assistant: assistants.filter(({ builtIn }) => builtIn).map(({ id, name }) => ({ name: id, label: name })),
    tool: tools.map(({ name }) => plain(name)).toSorted((one, other) => one.name.localeCompare(other.name)),
    'tool-group': toolGroups.map((name) => ({ name, label: resourceWords({ kind: 'tool-group', name }, []) })),
  }
}
