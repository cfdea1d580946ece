import type { CallScreen } from '@reynard/agent'
import type { Engine } from '@reynard/engine'
import type { FilterSaved, FilterSettings, FilterTrial, FilterView, filterTrialInputSchema } from '@reynard/protocol'
import type { z } from 'zod'

/** What models write and call, seen by the rules before anything else sees it. */
export type RunFilter = {
  /**
   * The engine behind the rules for output and tool calls; the engine's own stream where there are none. `before`: what the answer holds
   * already. `handsBack`: calls of these tools are the caller's to run, so that a blocked one can only end the answer.
   */
  chat(
    engine: Pick<Engine, 'kind' | 'chat'>,
    options?: { before?: string; handsBack?: (tool: string) => boolean },
  ): Pick<Engine, 'kind' | 'chat'>
  /** What a call's arguments become, or why it is not made: words for the model. */
  screenCall: CallScreen
}

/** What people write, seen by the rules before it is saved. */
export type InputFilter = {
  /** @throws AppError `content-blocked`, which names the rule */
  screenText(text: string): { text: string; redacted: string[] }
  /** The same for every text within a value. */
  screenValue<Value>(value: Value): Value
}

/** The content filter of the server: off until somebody who runs it adds a rule or switches the shipped ones on. */
export type ContentFilter = RunFilter &
  InputFilter & {
    view(): FilterView
    /** Effective from the next message and the next call of a model on. */
    save(settings: FilterSettings): Promise<FilterSaved>
    /** What would happen to a text. Counts and keeps nothing. */
    tryOut(input: z.infer<typeof filterTrialInputSchema>): FilterTrial
    close(): Promise<void>
  }
