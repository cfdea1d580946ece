'use client'
import type { AuditEntry, AuditFilter, AuditPage } from '@reynard/protocol'
import { useMutation } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useEffect, useState } from 'react'
import { useTRPC, useTRPCClient } from '../../lib/client.tsx'
import { showToast } from '../../lib/toast.ts'

type Known = { entries: readonly AuditEntry[]; cursor: AuditPage['nextCursor'] }

/** The entries that fit one filter, the newest first: those that come join at the top, older ones when they are asked for. */
export function useAuditLog(filter: AuditFilter) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const { data: newest, error, reset } = useSubscription(trpc.admin.audit.watch.subscriptionOptions(filter))
  const [known, setKnown] = useState<Known | null>(null)
  useEffect(() => {
    if (newest !== undefined) setKnown((before) => joined(before, newest))
  }, [newest])
  const older = useMutation({
    mutationFn: (cursor: NonNullable<Known['cursor']>) => client.admin.audit.list.query({ ...filter, cursor }),
    onSuccess: (page) =>
      setKnown((before) => before && { entries: [...before.entries, ...page.entries], cursor: page.nextCursor }),
    onError: ({ message }) => showToast(message),
  })
  const cursor = known?.cursor ?? null
  return {
    /** Undefined until the first answer. */
    entries: known?.entries,
    problem: error?.message ?? null,
    again: reset,
    hasMore: cursor !== null,
    isFetching: older.isPending,
    more: () => cursor !== null && older.mutate(cursor),
  }
}

/** What was seen, with what is new before it. After a cut that missed more than a page the list begins anew: no hole may look whole. */
function joined(before: Known | null, { entries, nextCursor }: AuditPage): Known {
  const seen = new Set(before?.entries.map(({ id }) => id))
  const fresh = entries.filter(({ id }) => !seen.has(id))
  if (before === null || fresh.length === entries.length) return { entries, cursor: nextCursor }
  return { ...before, entries: [...fresh, ...before.entries] }
}
