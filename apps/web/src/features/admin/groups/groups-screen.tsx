'use client'
import type { Group } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { useTRPC } from '../../../lib/client.tsx'
import { groupMessages as text } from '../../../lib/messages-groups.ts'
import { AdminTopBar } from '../admin-top-bar.tsx'
import { AccessRules } from './access-rules.tsx'
import { GroupDialog } from './group-dialog.tsx'
import { GroupRow } from './group-row.tsx'

/** Groups of people, and what is for some of them alone. */
export function GroupsScreen() {
  const trpc = useTRPC()
  const { data, error } = useQuery(trpc.admin.groups.list.queryOptions())
  const people = useQuery(trpc.admin.people.list.queryOptions()).data?.people
  const approvals = useQuery(trpc.admin.groups.approvals.queryOptions()).data
  const [named, setNamed] = useState<Group | 'new' | null>(null)
  const groups = data?.filter(({ members }) => members !== null)
  const isTeam = people?.some(({ email }) => email !== null) === true
  return (
    <>
      <AdminTopBar title={text.title}>
        {isTeam && (
          <Button look="ink" onClick={() => setNamed('new')}>
            <Plus size={14} strokeWidth={1.75} aria-hidden />
            {text.newGroup}
          </Button>
        )}
      </AdminTopBar>
      <main
        data-region="main"
        aria-busy={!data && !error}
        className="min-h-0 flex-1 overflow-y-auto px-7 pt-5.5 pb-16 max-sm:px-4"
      >
        {error && <EmptyState title={text.refused}>{error.message}</EmptyState>}
        {groups && people && (
          <div className="grid max-w-[860px] grid-cols-[minmax(0,1fr)] gap-10">
            {groups.length === 0 ? (
              <EmptyState title={text.none}>{isTeam ? text.noneHelp : text.localHelp}</EmptyState>
            ) : (
              <section aria-label={text.title}>
                <p className="mb-3 max-w-[64ch] text-sm text-ink-2">{text.help}</p>
                <ul className="border-b border-line">
                  {groups.map((group) => (
                    <GroupRow
                      key={group.id}
                      group={group}
                      people={people}
                      approvals={approvals ?? []}
                      onRename={() => setNamed(group)}
                    />
                  ))}
                </ul>
              </section>
            )}
            {isTeam && <AccessRules groups={groups} />}
          </div>
        )}
      </main>
      <GroupDialog key={named === 'new' ? 'new' : (named?.id ?? '')} named={named} onClose={() => setNamed(null)} />
    </>
  )
}
