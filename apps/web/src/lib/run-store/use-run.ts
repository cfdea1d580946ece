'use client'
import type { ReynardClient } from '@reynard/client'
import type { RunPhase, RunView } from '@reynard/protocol'
import { useCallback, useSyncExternalStore } from 'react'
import { useReynard } from '../client.tsx'
import { createRunStore, type RunStore } from './create-run-store.ts'
import { createFrameSchedule } from './frame-schedule.ts'

const stores = new WeakMap<ReynardClient, RunStore>()

/** The page's one store of live runs. */
export function runStoreOf(client: ReynardClient): RunStore {
  let store = stores.get(client)
  if (store === undefined) {
    store = createRunStore((run, options) => client.followRun(run, options), createFrameSchedule())
    stores.set(client, store)
  }
  return store
}

const nothing = () => {}
/** An end that the server has saved is the whole of it, even where this page was ahead of what survived a crash. */
const newer = (known: RunView, live: RunView | undefined) =>
  known.phase !== 'ended' && live && live.seq > known.seq ? live : known

/** The run as it is now, at most one change per frame; follows its log until it ends. `known` is what the server last sent. */
export function useRun(known: RunView): RunView {
  return useRunPart(known, identity)
}
const identity = (view: RunView) => view

/**
 * A part of the run; null without a run. Give a `pick` that answers a primitive: the component renders only when that changes. A component
 * that shows a run while it lives and when it has ended is one component, so that nothing in it is made anew at the end.
 */
export function useRunPart<Part>(known: RunView, pick: (view: RunView) => Part): Part
export function useRunPart<Part>(known: RunView | null, pick: (view: RunView) => Part): Part | null
export function useRunPart<Part>(known: RunView | null, pick: (view: RunView) => Part): Part | null {
  const store = runStoreOf(useReynard())
  const subscribe = useCallback(
    (listener: () => void) => (known === null || known.phase === 'ended' ? nothing : store.subscribe(known, listener)),
    [store, known],
  )
  return useSyncExternalStore(
    subscribe,
    () => known && pick(newer(known, store.get(known.runId))),
    () => known && pick(known),
  )
}

/** The run's phase as far as its log was read; null without a run. */
export const useRunPhase = (known: RunView | null): RunPhase | null => useRunPart(known, phaseOf)
const phaseOf = (view: RunView) => view.phase
