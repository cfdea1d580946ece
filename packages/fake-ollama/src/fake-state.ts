import type { FakeAnswer, FakeScript } from './answer.ts'
import type { Fault } from './fault.ts'
import type { ModelStore } from './model-store.ts'
import type { Pacer } from './pacer.ts'
import type { RecordedRequest, RequestLog } from './request-log.ts'

/** What can be turned while the server runs. */
export type FakeSettings = {
  /** Tokens per second of every answer; `Infinity` is as fast as the client takes them. */
  tokensPerSecond: number
  /** Chats of one model at a time; more wait inside, unseen, as in the real one. */
  parallel: number
  /** How long a model takes to come into memory. */
  loadMs: number
  /** Evaluation of the prompt. A client that leaves meanwhile does not free the slot before it is over. */
  prefillMs: number
  /** What a pull weighs and how fast it comes. */
  pullBytes: number
  pullBytesPerSecond: number
  version: string
}

type PlannedFault = { fault: Fault; times: number; path: string | undefined; model: string | undefined }

export type FakeState = {
  settings: FakeSettings
  models: ModelStore
  log: RequestLog
  pacer: Pacer
  faults: PlannedFault[]
  answers: FakeAnswer[]
  script: FakeScript | undefined
  /** Bytes that aborted pulls left, by model. */
  partialPulls: Map<string, number>
  /** Cuts every connection and refuses new ones for so many milliseconds. */
  goneFor(ms: number): void
}

const inference = new Set(['/api/chat', '/v1/chat/completions'])

/** Takes the next planned fault that fits this request. Without a path it is meant for chats. */
export function takeFault(state: FakeState, request: RecordedRequest, model: string | undefined): Fault | undefined {
  const index = state.faults.findIndex(
    (planned) =>
      (planned.path === undefined ? inference.has(request.path) : planned.path === request.path) &&
      (planned.model === undefined || planned.model === model),
  )
  const planned = state.faults[index]
  if (planned === undefined) return undefined
  planned.times--
  if (planned.times <= 0) state.faults.splice(index, 1)
  return planned.fault
}
