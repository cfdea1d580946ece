import type { EnginePart } from '../engine.ts'
import type { EngineTimers } from '../http/timers.ts'

/** The models in memory, by name and by digest. */
export type LoadedNames = ReadonlySet<string>

/** The first look comes soon, since a warm model has answered by then; later ones do not burden a busy server. */
const firstLookMs = 250
const lookMs = 1_000

/**
 * Tells what a call without a first byte waits for. Ollama does not say: a model that `/api/ps` does not list is being read into memory;
 * one that it lists, while another call of ours has it, keeps this one in its own queue. A prompt that is being evaluated looks like the latter,
 * so `waiting` is only said where there is such a call. Each is said once.
 */
export function createWaitingWatch(options: {
  timers: EngineTimers
  /** Fails quietly: what can't be asked is not said. */
  loaded: () => Promise<LoadedNames | null>
  /** The names under which the model may be listed. */
  isLoaded: (loaded: LoadedNames) => boolean
  /** Another call holds the model, or an abandoned one still does. */
  isTaken: () => boolean
  expectedLoadMs: () => number | null
}): { next(opened: Promise<unknown>): Promise<EnginePart | null> } {
  const { timers } = options
  let said: 'loading' | 'waiting' | null = null
  let waitMs = firstLookMs

  return {
    /** The next thing to say, or null as soon as the call is open (or has failed). */
    async next(opened) {
      let open = false
      const over = opened.then(
        () => {
          open = true
        },
        () => {
          open = true
        },
      )
      for (;;) {
        let stop = () => {}
        const pause = new Promise<void>((resolve) => {
          stop = timers.after(waitMs, resolve)
        })
        await Promise.race([over, pause])
        stop()
        if (open) return null
        waitMs = lookMs
        const loaded = await Promise.race([over, options.loaded()])
        if (open) return null
        if (!loaded) continue
        const state = !options.isLoaded(loaded) ? 'loading' : options.isTaken() ? 'waiting' : null
        // Once a load was seen, the prompt that is evaluated after it is still part of that wait.
        if (state === null || state === said || (said === 'loading' && !options.isTaken())) continue
        said = state
        return state === 'loading' ? { type: 'loading', expectedMs: options.expectedLoadMs() } : { type: 'waiting' }
      }
    },
  }
}
