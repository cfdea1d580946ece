'use client'
import type { Group, GroupApproval, Person } from '@reynard/protocol'
import { X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../../components/button.tsx'
import { CheckField, Select } from '../../../components/field.tsx'
import { groupMessages as text } from '../../../lib/messages-groups.ts'
import { showToast } from '../../../lib/toast.ts'
import { AskFirst } from '../../accounts/ask-first.tsx'
import { useGroupChanges } from './use-group-changes.ts'

const EFFECTS = ['write', 'execute', 'network'] as const
type Effect = (typeof EFFECTS)[number]

type GroupRowProps = {
  group: Group
  /** Who can sign in. */
  people: readonly Person[]
  approvals: readonly GroupApproval[]
  onRename: () => void
}

/** A group: who is in it, and what they are asked about each time. */
export function GroupRow({ group, people, approvals, onRename }: GroupRowProps) {
  const { id, name, description } = group
  const members = group.members ?? []
  const { setMember, setApproval, remove } = useGroupChanges()
  const others = people.filter(({ userId }) => !members.some((member) => member.userId === userId))
  /** As it was just set, until it is read again. */
  const [wanted, setWanted] = useState<{ effect: Effect; asks: boolean } | null>(null)
  const asks = (effect: Effect) =>
    wanted?.effect === effect
      ? wanted.asks
      : approvals.some((rule) => rule.groupId === id && rule.target === 'effect' && rule.name === effect)
  return (
    <li className="grid gap-3 border-t border-line py-4">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-40 flex-1">
          <h2 className="text-md font-strong [overflow-wrap:anywhere]">{name}</h2>
          {description !== '' && <p className="text-sm text-ink-2 [overflow-wrap:anywhere]">{description}</p>}
        </div>
        <Button size="sm" aria-label={text.changeOne(name)} onClick={onRename}>
          {text.change}
        </Button>
        <AskFirst
          label={text.removeOne(name)}
          question={text.removeSure(name)}
          verb={text.remove}
          onYes={() => remove.mutate({ id }, { onSuccess: () => showToast(text.removed(name)) })}
        />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <span className="mr-1 text-sm text-ink-3">{text.members(members.length)}</span>
        {members.map((member) => (
          <span
            key={member.userId}
            className="inline-flex max-w-full items-center gap-1 rounded-control bg-selected pl-2.5 text-sm"
          >
            <span className="truncate">{member.name}</span>
            <IconButton
              label={text.takeOut(member.name, name)}
              onClick={() => setMember.mutate({ groupId: id, userId: member.userId, isMember: false })}
            >
              <X size={14} strokeWidth={1.75} aria-hidden />
            </IconButton>
          </span>
        ))}
        {others.length > 0 && (
          <Select
            aria-label={text.addMember(name)}
            className="w-44"
            value=""
            onChange={({ target }) => setMember.mutate({ groupId: id, userId: target.value, isMember: true })}
          >
            <option value="">{text.add}</option>
            {others.map((person) => (
              <option key={person.userId} value={person.userId}>
                {person.name}
              </option>
            ))}
          </Select>
        )}
      </div>
      <fieldset className="flex flex-wrap items-center gap-x-5 gap-y-1">
        <legend className="mb-1 text-sm text-ink-3">{text.asks}</legend>
        {EFFECTS.map((effect) => (
          <CheckField
            key={effect}
            label={text.effects[effect]}
            aria-label={text.asksOf(name, text.effects[effect])}
            checked={asks(effect)}
            onChange={({ target }) => {
              setWanted({ effect, asks: target.checked })
              const rule = { target: 'effect' as const, name: effect }
              setApproval.mutate({ groupId: id, rule, asks: target.checked }, { onSettled: () => setWanted(null) })
            }}
          />
        ))}
      </fieldset>
    </li>
  )
}
