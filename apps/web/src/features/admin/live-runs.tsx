'use client'
import type { ConsoleRun } from '@reynard/protocol'
import { useSubscription } from '@trpc/tanstack-react-query'
import { createContext, type ReactNode, use } from 'react'
import { useTRPC } from '../../lib/client.tsx'

type LiveRuns = { runs: ConsoleRun[] | undefined; problem: string | null }
const LiveRunsContext = createContext<LiveRuns>({ runs: undefined, problem: null })

/** Every run that lives: one subscription for the menu and the pages. */
export function LiveRunsProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC()
  const { data, error } = useSubscription(trpc.admin.watchRuns.subscriptionOptions())
  return <LiveRunsContext value={{ runs: data, problem: error?.message ?? null }}>{children}</LiveRunsContext>
}

/** Undefined until the server answered. `problem`: why it does not. */
export const useLiveRuns = (): LiveRuns => use(LiveRunsContext)
