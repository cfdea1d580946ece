import type { Clock } from '../runs/ports.ts'

/** Where a run stands: counted from 1, with an estimate in milliseconds where recent runs allow one. */
export type QueuePosition = { position: number; etaMs: number | null; place: 'queue' | 'engine' | 'model' }

/** One run that wants a slot. Callbacks come synchronously and must not throw. */
export type AdmissionRequest = {
  userId: string
  /** `background` goes only where no person waits, gets no positions, and is told to stop when one comes. */
  class: 'person' | 'background'
  /** Whole number from 1: how much of its user's turn it takes. */
  cost?: number
  onAdmit(): void
  onPosition?(position: QueuePosition): void
  /** A person waits for what this run holds. Called once; the run then leaves as soon as it can. */
  onPreempt?(): void
}

/** A run's hold on the queue. Every method is safe at any time; after `leave` all do nothing. */
export type AdmissionTicket = {
  /** Waits for a model that is on its way. */
  park(): void
  /** Gives its slot or its place back and waits outside of every queue, for a person. `queue` takes a place again, also where all are taken. */
  rest(): void
  /** Waits for a slot at this model. A ticket that holds a slot gives it back first. `slots`: the operator's number, null to learn. */
  queue(to: { host: string; model: string; slots: number | null }): void
  /** The engine began to answer. Only the first call counts. */
  started(): void
  /** The engine reads the model into memory. */
  loading(): void
  /** The engine says that it holds the run behind another one. */
  held(): void
  /** Out of the queue at once, or the slot back. */
  leave(): void
}

export type AdmissionOptions = {
  /** How many people's runs may wait, at all models together. */
  places: number
  /** How many runs one host gets at once, whatever is learnt; `setCeiling` changes it. */
  ceiling: number
  /** How many runs of one person go at once, at all models together; null: as many as there are slots. `setPerUser` changes it. */
  perUser?: number | null
  clock: Clock
  /** What `snapshot` answers may be another now. Called within the change, so it only takes note. */
  onChange?: () => void
}

export type Admission = {
  /** A place in the queue; `queue` or `park` must follow. Throws `too-many-requests` with `retryAfterMs` when all are taken. */
  enter(request: AdmissionRequest): AdmissionTicket
  /** From now on. A lower one stops nothing that runs; a higher one lets in at once who waits. */
  setCeiling(ceiling: number): void
  /** From now on. A lower one stops nothing that runs. */
  setPerUser(most: number | null): void
  /** Names of models that answer somebody now, on any host. */
  busyModels(): string[]
  /** For status pages: slots at the model (or all running when null), what is free of them, and how many people's runs wait. */
  snapshot(at: { host: string; model: string } | null): { total: number; free: number; queued: number }
}
