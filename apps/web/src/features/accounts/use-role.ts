'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'

/**
 * What whoever looks is on this server. Until that is known: its owner, which in local mode everybody is. It decides what is shown, never
 * what may be done.
 */
export function useRole(): { isAdmin: boolean; isOwner: boolean } {
  const role = useQuery(useTRPC().account.me.queryOptions()).data?.role ?? 'owner'
  return { isAdmin: role !== 'member', isOwner: role === 'owner' }
}
