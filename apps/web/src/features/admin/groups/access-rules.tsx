'use client'
import type { AccessRule, Group } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { useTRPC } from '../../../lib/client.tsx'
import { groupMessages as text } from '../../../lib/messages-groups.ts'
import { AccessDialog } from './access-dialog.tsx'
import { asResource, resourceWords } from './resource-words.ts'
import { useGroupChanges } from './use-group-changes.ts'

/** What is not for everybody, and for whom it is instead. */
export function AccessRules({ groups }: { groups: readonly Group[] }) {
  const trpc = useTRPC()
  const rules = useQuery(trpc.admin.groups.access.queryOptions()).data
  const assistants = useQuery(trpc.assistant.list.queryOptions()).data?.assistants ?? []
  const { setAccess } = useGroupChanges()
  const [asked, setAsked] = useState<AccessRule | 'new' | null>(null)
  const whom = (rule: AccessRule) =>
    groups
      .filter(({ id }) => rule.groups.includes(id))
      .map(({ name }) => name)
      .join(', ') || text.nobody
  return (
    <section aria-labelledby="groups-access">
      <div className="mb-2 flex flex-wrap items-center gap-2.5">
        <h2 id="groups-access" className="flex-1 text-md font-strong">
          {text.access}
        </h2>
        <Button size="sm" onClick={() => setAsked('new')}>
          {text.newRule}
        </Button>
      </div>
      <p className="mb-2 max-w-[64ch] text-sm text-ink-2">{text.accessHelp}</p>
      {rules?.length === 0 && <p className="text-sm text-ink-3">{text.noRules}</p>}
      <ul>
        {rules?.map((rule) => {
          const name = resourceWords(rule, assistants)
          return (
            <li
              key={`${rule.kind} ${rule.name}`}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-2.5 text-sm"
            >
              <span className="min-w-40 flex-1 [overflow-wrap:anywhere]">
                <span className="font-mid">{name}</span>
                <span className="ml-2 text-xs text-ink-3">{text.kinds[rule.kind]}</span>
              </span>
              <span className={`min-w-24 flex-1 ${rule.groups.length === 0 ? 'text-warning' : 'text-ink-2'}`}>
                {whom(rule)}
              </span>
              <Button size="sm" aria-label={text.changeRule(name)} onClick={() => setAsked(rule)}>
                {text.changeWho}
              </Button>
              <Button
                size="sm"
                once
                aria-label={text.everybodyAgainOne(name)}
                onClick={() => setAccess.mutate({ resource: asResource(rule), groups: null })}
              >
                {text.everybodyAgain}
              </Button>
            </li>
          )
        })}
      </ul>
      {asked !== null && <AccessDialog rule={asked} groups={groups} onClose={() => setAsked(null)} />}
    </section>
  )
}
