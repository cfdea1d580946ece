'use client'
import type { RunView } from '@reynard/protocol'
import { useEffect, useRef, useState } from 'react'
import { useReynard } from '../../lib/client.tsx'
import { runStoreOf, useRunPhase } from '../../lib/run-store/use-run.ts'

const STEP_MS = 500
/** Long enough that the number is calm, short enough that a stall shows. */
const WINDOW_MS = 3000

/** Tokens per second over the last 3 s, twice a second; null before there is anything to tell, and while the server can't be heard. */
export function useLiveSpeed(run: RunView | null, isCut: boolean): number | null {
  const store = runStoreOf(useReynard())
  const phase = useRunPhase(run)
  const writing = phase === 'streaming' || phase === 'thinking'
  const runId = run?.runId
  const [speed, setSpeed] = useState<number | null>(null)
  const samples = useRef<{ at: number; tokens: number }[]>([])
  useEffect(() => {
    samples.current = []
    // What came meanwhile comes at once afterwards, and says nothing of the speed.
    if (!writing || isCut || runId === undefined) return setSpeed(null)
    const timer = setInterval(() => {
      const at = performance.now()
      const kept = samples.current.filter((sample) => at - sample.at <= WINDOW_MS)
      kept.push({ at, tokens: store.get(runId)?.tokens ?? 0 })
      samples.current = kept
      const [first] = kept
      const last = kept.at(-1)
      if (first && last && last.at > first.at) setSpeed(((last.tokens - first.tokens) * 1000) / (last.at - first.at))
    }, STEP_MS)
    return () => clearInterval(timer)
  }, [writing, isCut, store, runId])
  return speed
}
