'use client'
import type { ConsoleRun, RunEndReason } from '@reynard/protocol'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTRPC } from '../../lib/client.tsx'
import { useLiveRuns } from './live-runs.tsx'

/** '' : any. `state` is how a run ended, or that it lives. */
export type RunFilter = {
  query: string
  state: RunEndReason | 'live' | ''
  model: string
  userId: string
  assistant: string
  time: 'any' | 'hour' | 'day' | 'week'
}
export const NO_FILTER: RunFilter = { query: '', state: '', model: '', userId: '', assistant: '', time: 'any' }

const HOUR_MS = 3_600_000
const TIMES = { any: null, hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS }
const orNothing = (value: string) => (value === '' ? undefined : value)

/** Runs that live and fit, the newest first, then those that have ended, as far as they were asked for. */
export function useRunList(filter: RunFilter) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const live = useLiveRuns()
  const isLiveOnly = filter.state === 'live'
  const ago = TIMES[filter.time]
  // On whole minutes: the same question a moment later has the same answer at hand.
  const since = ago === null ? undefined : Math.floor((Date.now() - ago) / 60_000) * 60_000
  const ended = useInfiniteQuery(
    trpc.admin.listRuns.infiniteQueryOptions(
      {
        query: orNothing(filter.query.trim()),
        model: orNothing(filter.model),
        userId: orNothing(filter.userId),
        assistant: orNothing(filter.assistant),
        endReason: filter.state === 'live' || filter.state === '' ? undefined : filter.state,
        since,
      },
      { getNextPageParam: ({ nextCursor }) => nextCursor, placeholderData: (before) => before, staleTime: 2_000 },
    ),
  )
  // A run that lives no more has its place among those that ended.
  const known = useRef(new Set<string>())
  useEffect(() => {
    const now = new Set((live.runs ?? []).map(({ runId }) => runId))
    const isOver = [...known.current].some((id) => !now.has(id))
    known.current = now
    if (isOver) void queryClient.invalidateQueries({ queryKey: trpc.admin.listRuns.pathKey() })
  }, [live.runs, queryClient, trpc])

  const pages = ended.data?.pages ?? []
  const fitting = (live.runs ?? []).filter((run) => fits(run, filter, since)).toReversed()
  const isShown = new Set(fitting.map(({ runId }) => runId))
  const over = isLiveOnly ? [] : pages.flatMap(({ runs }) => runs).filter(({ runId }) => !isShown.has(runId))
  return {
    runs: [...fitting, ...over],
    liveCount: live.runs?.length ?? 0,
    choices: pages[0]?.choices ?? { users: [], models: [], assistants: [] },
    isReady: ended.data !== undefined && live.runs !== undefined,
    problem: live.problem ?? ended.error?.message ?? null,
    hasMore: ended.hasNextPage && !isLiveOnly,
    isFetching: ended.isFetchingNextPage,
    more: () => void ended.fetchNextPage(),
    again: () => void ended.refetch(),
  }
}

function fits(run: ConsoleRun, filter: RunFilter, since: number | undefined): boolean {
  const query = filter.query.trim().toLowerCase()
  const words = [run.user.name, run.runId, run.title ?? '']
  return (
    (filter.state === '' || filter.state === 'live') &&
    (filter.model === '' || run.model === filter.model) &&
    (filter.userId === '' || run.user.id === filter.userId) &&
    (filter.assistant === '' || run.assistant?.id === filter.assistant) &&
    (since === undefined || run.createdAt >= since) &&
    (query === '' || words.some((word) => word.toLowerCase().includes(query)))
  )
}
