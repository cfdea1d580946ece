'use client'
import type { SearchHit } from '@reynard/protocol'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTRPC, useTRPCClient } from '../../lib/client.tsx'

const PAUSE_MS = 80

/** Hits in all messages while somebody types. What was found stays until the next answer is there, so that nothing flickers. */
export function useMessageSearch(query: string): { hits: SearchHit[]; ms: number | null; isSearching: boolean } {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const trimmed = query.trim()
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(trimmed), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [trimmed])

  const { data, isFetching } = useQuery({
    queryKey: [...trpc.chat.search.queryKey({ query: asked }), 'timed'],
    queryFn: async ({ signal }) => {
      const startedAt = performance.now()
      const hits = await client.chat.search.query({ query: asked, limit: 30 }, { signal })
      return { hits, ms: performance.now() - startedAt }
    },
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
  if (trimmed === '') return { hits: [], ms: null, isSearching: false }
  return { hits: data?.hits ?? [], ms: data?.ms ?? null, isSearching: isFetching || asked !== trimmed }
}
