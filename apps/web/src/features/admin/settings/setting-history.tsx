'use client'
import { AUDIT_ACTIONS, type AuditEntry, type SettingDescription } from '@reynard/protocol'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useTRPC } from '../../../lib/client.tsx'
import { formatWhen } from '../../../lib/format.ts'
import { consoleSettingsMessages } from '../../../lib/messages-console-settings.ts'

const text = consoleSettingsMessages

/** Who changed which setting when, from what to what: the audit log’s own entries, live. */
export function SettingHistory({ settings }: { settings: readonly SettingDescription[] }) {
  const trpc = useTRPC()
  const { data, error } = useSubscription(trpc.admin.audit.watch.subscriptionOptions({ group: 'settings' }))
  const labels = new Map<string, string>(settings.map(({ name, label }) => [name, label]))
  if (error) return <p className="text-md text-ink-2">{error.message}</p>
  if (!data) return null
  if (data.entries.length === 0) return <p className="text-md text-ink-2">{text.noHistory}</p>
  return (
    <>
      <ul>
        {data.entries.map((entry) => (
          <li
            key={entry.id}
            className="grid gap-x-9 gap-y-0.5 border-t border-line py-2.5 sm:grid-cols-[minmax(0,1fr)_auto]"
          >
            <p className="min-w-0 text-sm [overflow-wrap:anywhere]">
              <span className="font-mid">{whoOf(entry)}</span> {AUDIT_ACTIONS[entry.action].words}{' '}
              {labels.get(entry.object?.name ?? '') ?? entry.object?.name}
            </p>
            <p className="text-xs text-ink-3 tabular-nums">{formatWhen(entry.at, Date.now())}</p>
            {'from' in entry.details && 'to' in entry.details && (
              <p className="min-w-0 font-mono text-xs text-ink-2 [overflow-wrap:anywhere]">
                {text.changed(shown(entry.details.from), shown(entry.details.to))}
              </p>
            )}
          </li>
        ))}
      </ul>
      <p className="mt-3 text-xs text-ink-3">{text.allHistory}</p>
    </>
  )
}

const shown = (value: string | number | boolean | null | undefined) => (value == null ? text.default : String(value))
const whoOf = ({ actor, actorKind }: AuditEntry) =>
  actor?.name ?? (actorKind === 'server' ? text.theServer : text.somebody)
