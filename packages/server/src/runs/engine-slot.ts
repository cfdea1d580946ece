import type { ErrorInfo, NewRunEvent } from '@reynard/protocol'
import type { Admission, AdmissionTicket } from '../admission/admission.ts'
import type { EngineSelector, EngineTarget } from './ports.ts'
import type { RunPlan } from './run-plan.ts'

type SlotOptions = {
  admission: Admission
  selector: EngineSelector
  plan: Pick<RunPlan, 'ownerId' | 'questionCharacters' | 'source'>
  onPosition(position: Omit<Extract<NewRunEvent, { type: 'run-queued' }>, 'type'>): void
}

/** What a run waits for: the model that it asked for, and a place at it. `error`: nothing is known that could answer. */
type SlotOutcome = { target: EngineTarget } | { error: ErrorInfo }

/** A run's share of its user's turn: one for a short question, more for a long one. */
const charactersPerTurn = 8_000

/** The place of one run in the queue and at an engine: taken when it is accepted, given back while a person thinks, taken again. */
export class EngineSlot {
  /** What the engine does with it, for the estimates of others. */
  readonly ticket: Pick<AdmissionTicket, 'started' | 'held' | 'loading'>
  readonly #ticket: AdmissionTicket
  readonly #options: SlotOptions
  #wake: (() => void) | null = null
  #admitted = false
  #resting = false
  #givenUp = false

  /** Takes a place in the queue. Throws `too-many-requests` when there is none. */
  constructor(options: SlotOptions) {
    const { admission, plan, onPosition } = options
    this.#options = options
    this.#ticket = admission.enter({
      userId: plan.ownerId,
      class: 'person',
      cost: 1 + Math.min(7, Math.floor(plan.questionCharacters / charactersPerTurn)),
      onAdmit: () => {
        this.#admitted = true
        this.#resume()
      },
      onPosition,
    })
    this.ticket = this.#ticket
  }

  /** It was given back, and the run goes on later. */
  get isResting(): boolean {
    return this.#resting
  }

  /** Gives the slot to others until `acquire` is called again. */
  rest(): void {
    if (this.#resting) return
    this.#resting = true
    this.#admitted = false
    this.#ticket.rest()
  }

  /** Ends a wait: `acquire` resolves with null from now on. The place itself is kept until `leave`. */
  giveUp(): void {
    this.#givenUp = true
    this.#resume()
  }

  leave(): void {
    this.#ticket.leave()
  }

  /** Waits for a model and a slot at it; null when it was given up meanwhile. */
  async acquire({ model, strict }: { model: string | null; strict: boolean }): Promise<SlotOutcome | null> {
    if (this.#givenUp) return null
    const { selector } = this.#options
    this.#resting = false
    let queuedAt: string | null = null
    let stale = false
    const off = selector.onChange(() => {
      stale = true
      this.#resume()
    })
    try {
      for (;;) {
        stale = false
        const selection = await selector.select({ model, strict, userId: this.#options.plan.ownerId })
        if (this.#givenUp) return null
        // A call by REST is told so at once; a person's question stays until a first model is there, or it is taken back.
        if (selection.state === 'none' && !(selection.awaitsFirst && this.#options.plan.source === 'ui')) {
          return { error: selection.error }
        }
        if (selection.state !== 'ready') {
          queuedAt = null
          this.#admitted = false
          this.#ticket.park()
        } else {
          const { target } = selection
          const place = `${target.host}\n${target.model}`
          if (place !== queuedAt) {
            queuedAt = place
            this.#admitted = false
            this.#ticket.queue({ host: target.host, model: target.model, slots: target.slots })
          }
          // After a wait this is a fresh look: the engine that the slot belongs to still answers.
          if (this.#admitted) return { target }
        }
        if (!stale) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        }
        if (this.#givenUp) return null
      }
    } finally {
      off()
    }
  }

  #resume(): void {
    this.#wake?.()
    this.#wake = null
  }
}
