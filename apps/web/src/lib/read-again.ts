import type { QueryClient, QueryKey } from '@tanstack/react-query'

/**
 * Has a query read anew because what it shows has changed. A read that is under way may be older than the change: where it would count as
 * fresh (the first one, or one that nobody looks at yet) another follows it.
 */
export function readAgain(queryClient: QueryClient, queryKey: QueryKey): void {
  const again = () => void queryClient.invalidateQueries({ queryKey, exact: true })
  const query = queryClient.getQueryCache().find({ queryKey })
  const isUnderWay = query?.state.fetchStatus === 'fetching'
  const isKept = isUnderWay && (query.state.data === undefined || !query.isActive())
  again()
  if (isKept) query.promise?.then(again, again)
}
