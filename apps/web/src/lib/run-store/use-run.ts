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

/** A part of the run. Give a `pick` that answers a primitive: the component renders only when that changes. */
export function useRunPart<Part>(known: RunView, pick: (view: RunView) => Part): Part {
  const store = runStoreOf(useReynard())
  const subscribe = useCallback(
    (listener: () => void) => (known.phase === 'ended' ? nothing : store.subscribe(known, listener)),
    [store, known],
  )
  return useSyncExternalStore(
    subscribe,
    () => pick(newer(known, store.get(known.runId))),
    () => pick(known),
  )
}

/** The run's phase as far as its log was read; null without a run. */
export function useRunPhase(known: RunView | null): RunPhase | null {
  const store = runStoreOf(useReynard())
  const subscribe = useCallback(
    (listener: () => void) => (known === null || known.phase === 'ended' ? nothing : store.subscribe(known, listener)),
    [store, known],
  )
  const phase = () => (known === null ? null : newer(known, store.get(known.runId)).phase)
  return useSyncExternalStore(subscribe, phase, () => known?.phase ?? null)
}
