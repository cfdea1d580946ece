import type { SystemStatus } from '@reynard/protocol'
import type { EngineHub } from '../engines/engine-hub.ts'
import type { RunLogger } from '../runs/ports.ts'

type SetupStep = SystemStatus['setup'][number]

/** Fetches a small model where none is here. Tells each hop as a step; resolves when it is there, or nothing more can be tried. */
export type FetchStarter = (call: { signal: AbortSignal; onStep: (step: SetupStep) => void }) => Promise<void>

/** The search for a first model when the server starts, beside everything else. */
export type FirstModel = {
  /** Step by step; empty once a model answers. */
  steps(): SetupStep[]
  /** A sentence while the search goes on; null after it. */
  underway(): string | null
  /** Searches, unless a search is under way or a model answers. Resolves when it is over; never rejects. */
  search(): Promise<void>
  close(): Promise<void>
}

type Options = {
  hub: Pick<EngineHub, 'recheck' | 'statuses' | 'active'>
  /** Null: nothing is fetched unasked. */
  fetchStarter: () => FetchStarter | null
  onChange: () => void
  logger: RunLogger
}

const engineStep = 'Looking for an engine'

/** Does nothing before `search` is called. */
export function createFirstModel({ hub, fetchStarter, onChange, logger }: Options): FirstModel {
  const closing = new AbortController()
  const steps = new Map<string, SetupStep>()
  let searching: Promise<void> | null = null

  const tell = (step: SetupStep) => {
    steps.set(step.step, step)
    onChange()
  }

  async function search(): Promise<void> {
    steps.clear()
    tell({ step: engineStep, state: 'running', detail: null })
    await hub.recheck()
    steps.clear()
    const fetch = hub.active() === null ? fetchStarter() : null
    for (const { kind, label, condition, problem } of hub.statuses()) {
      // The starter's own first step is to look into the models folder.
      if (kind === 'embedded' && fetch !== null) continue
      const state = condition === 'ready' ? 'done' : condition === 'off' ? 'skipped' : 'failed'
      tell({ step: label, state, detail: problem })
    }
    if (fetch === null || closing.signal.aborted) return
    await fetch({ signal: closing.signal, onStep: tell })
    await hub.recheck()
  }

  return {
    steps: () => (hub.active() === null ? [...steps.values()] : []),
    underway() {
      if (searching === null) return null
      const running = [...steps.values()].findLast(({ state }) => state === 'running')
      if (running === undefined) return 'Looking for a first model.'
      if (running.step === engineStep) return `${engineStep}.`
      return `Looking for a first model: ${[running.step, running.detail].filter(Boolean).join(', ')}.`
    },
    search() {
      searching ??= search()
        .catch((error: unknown) => {
          if (!closing.signal.aborted) logger.error({ err: error }, 'the search for a first model failed')
        })
        .finally(() => {
          searching = null
          // What was seen then is old news should this engine stop one day.
          if (hub.active() !== null) steps.clear()
          onChange()
        })
      return searching
    },
    async close() {
      closing.abort()
      await searching
    },
  }
}
